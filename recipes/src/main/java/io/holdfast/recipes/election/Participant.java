// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.election;

import io.holdfast.session.SessionId;
import java.util.Arrays;
import java.util.Objects;

/**
 * Somebody who leads or waits to lead. Immutable.
 *
 * @param payload what it says of itself; treat it as unmodifiable
 * @param session the session it waits in the queue with
 * @param isFirst whether it is at the head of the queue
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content
public record Participant(byte[] payload, SessionId session, boolean isFirst) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Participant participant
                && Arrays.equals(payload, participant.payload)
                && session.equals(participant.session)
                && isFirst == participant.isFirst;
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(payload), session, isFirst);
    }

    @Override
    public String toString() {
        return "participant in session " + session + (isFirst ? ", at the head of the queue" : "");
    }
}
