// SPDX-License-Identifier: Apache-2.0
/** Small programs that show the failures of unconfirmed sessions and what the library makes of them. */
@NullMarked
package io.holdfast.samples;

import org.jspecify.annotations.NullMarked;
