// SPDX-License-Identifier: Apache-2.0
/** A live view of a directory's children, for the recipes that show who is there; not meant for applications. */
@NullMarked
package io.holdfast.recipes.internal.view;

import org.jspecify.annotations.NullMarked;
