// SPDX-License-Identifier: Apache-2.0
/** The client: where everything begins. */
@NullMarked
package io.holdfast;

import org.jspecify.annotations.NullMarked;
