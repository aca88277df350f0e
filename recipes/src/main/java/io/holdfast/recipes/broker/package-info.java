// SPDX-License-Identifier: Apache-2.0
/** Brokers registered by number, Kafka style: one process per id, an epoch with every registration, a live view of all. */
@NullMarked
package io.holdfast.recipes.broker;

import org.jspecify.annotations.NullMarked;
