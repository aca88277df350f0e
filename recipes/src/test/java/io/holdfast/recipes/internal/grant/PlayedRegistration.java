// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.grant;

import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationListener;
import io.holdfast.registration.RegistrationState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registration whose states the test says. */
final class PlayedRegistration implements Registration {

    private final List<RegistrationListener> listeners = new CopyOnWriteArrayList<>();

    private volatile RegistrationState state;

    PlayedRegistration(RegistrationState first) {
        state = first;
    }

    void moves(RegistrationState to) {
        RegistrationState from = state;
        state = to;
        listeners.forEach(listener -> listener.changed(from, to));
    }

    /** Moves while those who are to be told of it are still waiting for their thread. */
    void movesInSilence(RegistrationState to) {
        state = to;
    }

    @Override
    public String path() {
        return "/locks/a/_c_x-lock-";
    }

    @Override
    public RegistrationState state() {
        return state;
    }

    @Override
    public void addListener(RegistrationListener listener) {
        listeners.add(listener);
    }

    @Override
    public void removeListener(RegistrationListener listener) {
        listeners.remove(listener);
    }

    boolean isListenedTo() {
        return !listeners.isEmpty();
    }

    @Override
    public CompletionStage<RegisteredNode> registered() {
        throw unexpected();
    }

    @Override
    public RegisteredNode awaitRegistered(Duration atMost) {
        throw unexpected();
    }

    @Override
    public CompletionStage<Void> update(byte[] payload) {
        throw unexpected();
    }

    @Override
    public CompletionStage<Void> ended() {
        throw unexpected();
    }

    @Override
    public CompletionStage<Void> closeAsync() {
        throw unexpected();
    }

    @Override
    public void close() {
        throw unexpected();
    }

    private static UnsupportedOperationException unexpected() {
        return new UnsupportedOperationException("a grant only looks, and leaves closing to its recipe");
    }
}
