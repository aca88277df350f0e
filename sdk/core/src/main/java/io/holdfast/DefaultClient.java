// SPDX-License-Identifier: Apache-2.0
package io.holdfast;

import io.holdfast.internal.client.ClientCore;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.session.SessionListener;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** The client that the builder makes. */
final class DefaultClient implements HoldfastClient {

    private final ClientCore core;

    DefaultClient(ClientCore core) {
        this.core = core;
    }

    @Override
    public HoldfastClient start() {
        core.start();
        return this;
    }

    @Override
    public Session awaitConfirmed(Duration atMost) throws InterruptedException {
        return core.awaitConfirmed(atMost);
    }

    @Override
    public List<Session> sessions() {
        return core.sessions();
    }

    @Override
    public void addSessionListener(SessionListener listener) {
        core.addSessionListener(listener, core.callbacks());
    }

    @Override
    public void removeSessionListener(SessionListener listener) {
        core.removeSessionListener(listener);
    }

    @Override
    public Registration register(String path, Supplier<byte[]> data, RegistrationOptions options) {
        return core.register(path, data, options, core.callbacks());
    }

    @Override
    public void acceptHistory() {
        core.acceptHistory();
    }

    @Override
    public String memberId() {
        return core.memberId();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        return core.unwrap(type);
    }

    @Override
    public void close() {
        core.close();
    }

    @Override
    public String toString() {
        return core.toString();
    }
}
