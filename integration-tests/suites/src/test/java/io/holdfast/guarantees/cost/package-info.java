// SPDX-License-Identifier: Apache-2.0
/** What it costs: requests at the network. */
@NullMarked
package io.holdfast.guarantees.cost;

import org.jspecify.annotations.NullMarked;
