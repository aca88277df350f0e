// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import java.util.concurrent.CompletionStage;

/**
 * Somebody who waits in a queue. Thread-safe; no method blocks. Stages complete on threads of the SDK and of the ZooKeeper
 * client, which must not be blocked.
 */
public interface Contender {

    /**
     * Returns a stage that completes when it is at the head.
     *
     * @return fails with a {@link io.holdfast.error.HoldfastException} if the ensemble refuses or another recipe uses the directory,
     *     with {@link IllegalStateException} if the client is closed; never completes once it was left
     */
    CompletionStage<Head> head();

    /** Returns a stage that completes when somebody was first seen to be ahead of us. */
    CompletionStage<Void> behind();

    /**
     * Leaves, from wherever in the queue. No node stays behind. Idempotent.
     *
     * @return completes when every node is known to be gone
     */
    CompletionStage<Void> leave();
}
