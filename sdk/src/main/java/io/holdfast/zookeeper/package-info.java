// SPDX-License-Identifier: Apache-2.0
/** The port on one ZooKeeper handle: operations that belong to exactly one session. */
@NullMarked
package io.holdfast.zookeeper;

import org.jspecify.annotations.NullMarked;
