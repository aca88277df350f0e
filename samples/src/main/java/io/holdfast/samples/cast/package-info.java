// SPDX-License-Identifier: Apache-2.0
/** The clients that take part: an ordinary one and Holdfast, seen through the same few questions. */
@NullMarked
package io.holdfast.samples.cast;

import org.jspecify.annotations.NullMarked;
