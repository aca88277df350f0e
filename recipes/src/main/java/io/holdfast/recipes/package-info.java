// SPDX-License-Identifier: Apache-2.0
/** Recipes on the public types of the SDK: rights that end with the session they were verified in. */
@NullMarked
package io.holdfast.recipes;

import org.jspecify.annotations.NullMarked;
