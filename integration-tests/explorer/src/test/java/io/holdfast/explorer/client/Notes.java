// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.event.HoldfastEvent;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.explorer.servers.Diary;
import io.holdfast.explorer.servers.Ensemble;

/** Writes down what a member's registration does and takes a node for. */
record Notes(Diary diary) implements HoldfastObserver {

    @Override
    public void onEvent(HoldfastEvent event) {
        if (event instanceof HoldfastEvent.RegistrationChanged changed) {
            diary.note("member", () -> changed.path() + ": " + changed.to() + " (" + changed.cause() + ")");
        } else if (event instanceof HoldfastEvent.Judged judged) {
            diary.note(
                    "member", () -> judged.path() + " is judged " + judged.verdict() + owner(judged.ownerSessionId()));
        }
    }

    private static String owner(long owner) {
        return owner == 0 ? "" : " (owner " + Ensemble.name(owner) + ")";
    }
}
