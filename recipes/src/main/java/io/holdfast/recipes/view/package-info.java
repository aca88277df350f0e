// SPDX-License-Identifier: Apache-2.0
/** The views of groups and brokers. */
@NullMarked
package io.holdfast.recipes.view;

import org.jspecify.annotations.NullMarked;
