// SPDX-License-Identifier: Apache-2.0
/** Breadth-first search through every order of steps, up to a bound. Knows nothing of ZooKeeper. */
@NullMarked
package io.holdfast.explorer.search;

import org.jspecify.annotations.NullMarked;
