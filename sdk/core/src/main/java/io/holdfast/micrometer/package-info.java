// SPDX-License-Identifier: Apache-2.0
/** Metrics for Micrometer, for those who use it. */
@NullMarked
package io.holdfast.micrometer;

import org.jspecify.annotations.NullMarked;
