// SPDX-License-Identifier: Apache-2.0
/** What the show prints while it runs. */
@NullMarked
package io.holdfast.samples.screen;

import org.jspecify.annotations.NullMarked;
