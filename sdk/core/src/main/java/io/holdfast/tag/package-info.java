// SPDX-License-Identifier: Apache-2.0
/** What an ephemeral node says about its maker, and how its data carries that. */
@NullMarked
package io.holdfast.tag;

import org.jspecify.annotations.NullMarked;
