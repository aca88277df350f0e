// SPDX-License-Identifier: Apache-2.0
/** Sessions as users see them: their state, how long it is safe to act in one, and operations that belong to one. */
@NullMarked
package io.holdfast.session;

import org.jspecify.annotations.NullMarked;
