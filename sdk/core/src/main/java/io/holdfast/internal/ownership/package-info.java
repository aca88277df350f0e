// SPDX-License-Identifier: Apache-2.0
/** Whose a znode is, and what follows from it: pure decisions, no I/O. */
@NullMarked
package io.holdfast.internal.ownership;

import org.jspecify.annotations.NullMarked;
