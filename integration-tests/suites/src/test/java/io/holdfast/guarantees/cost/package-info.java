// SPDX-License-Identifier: Apache-2.0
/** What it costs: requests at the network, and times beside what is replaced. */
@NullMarked
package io.holdfast.guarantees.cost;

import org.jspecify.annotations.NullMarked;
