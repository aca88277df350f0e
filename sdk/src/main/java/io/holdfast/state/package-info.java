// SPDX-License-Identifier: Apache-2.0
/** The one place where a state changes, and the one queue that keeps things in order. */
@NullMarked
package io.holdfast.state;

import org.jspecify.annotations.NullMarked;
