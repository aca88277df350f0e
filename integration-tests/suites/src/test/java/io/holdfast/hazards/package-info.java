// SPDX-License-Identifier: Apache-2.0
/** Every interleaving that is known to hurt, forced on real servers: what a plain client suffers, and what Holdfast does. */
@NullMarked
package io.holdfast.hazards;

import org.jspecify.annotations.NullMarked;
