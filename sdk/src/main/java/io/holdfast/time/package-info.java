// SPDX-License-Identifier: Apache-2.0
/** The one place that reads a clock, and deadlines counted on it. */
@NullMarked
package io.holdfast.time;

import org.jspecify.annotations.NullMarked;
