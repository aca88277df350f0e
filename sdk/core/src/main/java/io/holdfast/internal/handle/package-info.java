// SPDX-License-Identifier: Apache-2.0
/**
 * ZooKeeper handles that send nothing ephemeral before their session is confirmed, and the supervisor that opens one after the
 * other.
 */
@NullMarked
package io.holdfast.internal.handle;

import org.jspecify.annotations.NullMarked;
