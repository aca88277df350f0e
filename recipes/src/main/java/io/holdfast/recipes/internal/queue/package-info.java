// SPDX-License-Identifier: Apache-2.0
/** Waiting in a line of sequential nodes, for the recipes that take turns; not for applications. */
@NullMarked
package io.holdfast.recipes.internal.queue;

import org.jspecify.annotations.NullMarked;
