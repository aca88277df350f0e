// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.history;

/**
 * A time during which a client said the same.
 *
 * @param claim what it said
 * @param from nanoseconds since the show began
 * @param to nanoseconds since the show began
 */
public record ClaimSpan(OwnershipClaim claim, long from, long to) {}
