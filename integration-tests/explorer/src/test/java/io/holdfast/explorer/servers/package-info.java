// SPDX-License-Identifier: Apache-2.0
/** A model of a ZooKeeper ensemble, step by step: what the servers may do to a client's session and its nodes, in any order. */
@NullMarked
package io.holdfast.explorer.servers;

import org.jspecify.annotations.NullMarked;
