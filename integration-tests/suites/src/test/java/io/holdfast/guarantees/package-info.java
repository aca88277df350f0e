// SPDX-License-Identifier: Apache-2.0
/** What the library promises, each promise under the fault that breaks it for others, on real servers. */
@NullMarked
package io.holdfast.guarantees;

import org.jspecify.annotations.NullMarked;
