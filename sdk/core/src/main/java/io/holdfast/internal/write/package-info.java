// SPDX-License-Identifier: Apache-2.0
/** Writes of many registrations that share transactions: protocol, section 3c. */
@org.jspecify.annotations.NullMarked
package io.holdfast.internal.write;
