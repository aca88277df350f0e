// SPDX-License-Identifier: Apache-2.0
/** Ephemeral znodes whose owner is verified, not assumed. */
@NullMarked
package io.holdfast.ephemeral;

import org.jspecify.annotations.NullMarked;
