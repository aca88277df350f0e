// SPDX-License-Identifier: Apache-2.0
/** The timeline as one self-contained SVG file. */
@NullMarked
package io.holdfast.samples.picture;

import org.jspecify.annotations.NullMarked;
