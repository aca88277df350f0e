// SPDX-License-Identifier: Apache-2.0
/** Waiting in a queue of sequential nodes, for locks, semaphores and elections; not for applications. */
@NullMarked
package io.holdfast.recipes.internal.queue;

import org.jspecify.annotations.NullMarked;
