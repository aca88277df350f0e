// SPDX-License-Identifier: Apache-2.0
/** The failures the SDK raises on purpose, cut by what the caller must do next. */
@NullMarked
package io.holdfast.error;

import org.jspecify.annotations.NullMarked;
