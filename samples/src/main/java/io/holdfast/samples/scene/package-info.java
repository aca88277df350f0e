// SPDX-License-Identifier: Apache-2.0
/** The failures, each with its course and its question. */
@NullMarked
package io.holdfast.samples.scene;

import org.jspecify.annotations.NullMarked;
