// SPDX-License-Identifier: Apache-2.0
/** The adapter to Apache Curator and the ZooKeeper client, and the entry points of the SDK. */
@NullMarked
package io.holdfast.curator;

import org.jspecify.annotations.NullMarked;
