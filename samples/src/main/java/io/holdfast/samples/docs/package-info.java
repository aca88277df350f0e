// SPDX-License-Identifier: Apache-2.0
/** The code that the README and the pages in {@code docs/} quote, so that it is compiled with the library. */
@NullMarked
package io.holdfast.samples.docs;

import org.jspecify.annotations.NullMarked;
