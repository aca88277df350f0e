// SPDX-License-Identifier: Apache-2.0
/** Brokers and groups: views that are exact in the end. */
@NullMarked
package io.holdfast.guarantees.membership;

import org.jspecify.annotations.NullMarked;
