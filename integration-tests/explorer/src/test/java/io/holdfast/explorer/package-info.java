// SPDX-License-Identifier: Apache-2.0
/** An explorer that drives the real decision code of the SDK through every order of what servers may do, up to a bound. */
@NullMarked
package io.holdfast.explorer;

import org.jspecify.annotations.NullMarked;
