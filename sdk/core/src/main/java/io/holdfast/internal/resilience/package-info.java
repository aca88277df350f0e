// SPDX-License-Identifier: Apache-2.0
/** Pacing of new sessions, so that an ensemble in trouble is not asked for one after another. */
@NullMarked
package io.holdfast.internal.resilience;

import org.jspecify.annotations.NullMarked;
