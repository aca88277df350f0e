// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.session.SessionId;
import java.util.Arrays;
import java.util.Objects;

/**
 * Who leads, as the attached server knows it: out of date as soon as it is read. The node is what is read, not the
 * leader, which may not have got word yet that it is at the head of the queue, or that its term is over. Immutable.
 *
 * @param payload what the leader says of itself; treat it as unmodifiable
 * @param session the session that leads
 * @param token the term's fencing token: greater than that of every term before it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content
public record Leader(byte[] payload, SessionId session, FencingToken token) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Leader leader
                && Arrays.equals(payload, leader.payload)
                && session.equals(leader.session)
                && token.equals(leader.token);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(payload), session, token);
    }

    @Override
    public String toString() {
        return "leader in session " + session + " with token " + token;
    }
}
