// SPDX-License-Identifier: Apache-2.0
/** Locks, permits, terms and fenced writes: one holder, who knows when it is no longer the holder. */
@NullMarked
package io.holdfast.guarantees.grant;

import org.jspecify.annotations.NullMarked;
