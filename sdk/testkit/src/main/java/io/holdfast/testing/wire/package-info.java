// SPDX-License-Identifier: Apache-2.0
/** ZooKeeper's wire protocol, as far as a proxy has to understand it: frames, operation codes, requests. */
@NullMarked
package io.holdfast.testing.wire;

import org.jspecify.annotations.NullMarked;
