// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.fencing;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Keeps the newest token that was seen for each resource: where the resource itself is kept, if possible, so that it is not
 * forgotten with a process and is the same for all processes that serve the resource.
 *
 * <p>Implementations must be thread-safe; they may block. What they throw reaches the guard's caller, whose action does not
 * run then.
 */
@FunctionalInterface
public interface TokenStore {

    /**
     * Compares and raises in one atomic step, for example with {@code UPDATE ... SET token = :token WHERE resource = :resource
     * AND token <= :token}: if no greater token is kept for the resource, keeps this one and admits it.
     *
     * @param resource the resource's name
     * @param token greater than 0
     * @return true if the token is admitted, an equal one being kept before included; false if a greater one is kept
     */
    boolean raise(String resource, long token);

    /** Returns a store that forgets with the process: enough for a resource that lives no longer. */
    static TokenStore inMemory() {
        ConcurrentMap<String, Long> newest = new ConcurrentHashMap<>();
        return (resource, token) -> newest.merge(resource, token, Math::max) == token;
    }
}
