// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that its client has sent and not had the answer to.
 *
 * @param text what it is, and all that tells what its sender will do with the answer
 * @param read how a read is answered from a server's tree; null for a write, which the leader answers
 * @param answer takes the answer
 */
public record Pending(String text, @Nullable Function<Tree, Outcome> read, Consumer<Outcome> answer) {

    @Override
    public String toString() {
        return text;
    }
}
