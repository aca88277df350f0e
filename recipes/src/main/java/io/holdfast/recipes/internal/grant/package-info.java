// SPDX-License-Identifier: Apache-2.0
/** How a grant is held: its end, its deadline, and what a failed step of its means. */
@NullMarked
package io.holdfast.recipes.internal.grant;

import org.jspecify.annotations.NullMarked;
