// SPDX-License-Identifier: Apache-2.0
/** Deadlines on the monotonic clock. */
@NullMarked
package io.holdfast.internal.time;

import org.jspecify.annotations.NullMarked;
