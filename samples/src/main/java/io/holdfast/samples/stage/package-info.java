// SPDX-License-Identifier: Apache-2.0
/** The servers a show runs on: an ensemble of its own, or that of the user. */
@NullMarked
package io.holdfast.samples.stage;

import org.jspecify.annotations.NullMarked;
