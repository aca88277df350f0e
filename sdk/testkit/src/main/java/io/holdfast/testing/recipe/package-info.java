// SPDX-License-Identifier: Apache-2.0
/** A client without servers and threads, for unit tests of recipes: in-memory nodes, a clock and tasks that the test moves. */
@NullMarked
package io.holdfast.testing.recipe;

import org.jspecify.annotations.NullMarked;
