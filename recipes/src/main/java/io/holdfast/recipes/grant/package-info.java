// SPDX-License-Identifier: Apache-2.0
/** What every recipe hands out: a right that is held in one session, ends once, and carries a token that fences. */
@NullMarked
package io.holdfast.recipes.grant;

import org.jspecify.annotations.NullMarked;
