// SPDX-License-Identifier: Apache-2.0
/** Guards for resources outside ZooKeeper: whoever comes with a token older than the newest one seen is refused. */
@NullMarked
package io.holdfast.recipes.fencing;

import org.jspecify.annotations.NullMarked;
