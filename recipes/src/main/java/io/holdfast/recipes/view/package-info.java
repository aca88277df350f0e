// SPDX-License-Identifier: Apache-2.0
/** What the views of groups and brokers have in common. */
@NullMarked
package io.holdfast.recipes.view;

import org.jspecify.annotations.NullMarked;
