// SPDX-License-Identifier: Apache-2.0
/** Group membership: who is there, with what payload, and who comes and goes. */
@NullMarked
package io.holdfast.recipes.group;

import org.jspecify.annotations.NullMarked;
