// SPDX-License-Identifier: Apache-2.0
/** Leader election, at one fixed node or in a fair queue. */
@NullMarked
package io.holdfast.recipes.election;

import org.jspecify.annotations.NullMarked;
