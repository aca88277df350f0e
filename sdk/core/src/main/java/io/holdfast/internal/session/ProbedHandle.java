// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import io.holdfast.session.SessionId;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;

/** The port on the handle whose session a {@link SessionConfirmation} confirms. No method may block. */
public interface ProbedHandle {

    /** Sends the probe and passes its answer on, on any thread. */
    void sendProbe(Consumer<Code> answer);

    /**
     * Does what must be done between the two probes, such as writing the session to a journal; asked again after a
     * reconnection that interrupted it or the second probe. A stage that fails because the connection or the session is lost
     * leaves the rest to the event that says so; any other failure refuses the session, with the failure's message.
     */
    CompletionStage<Void> beforeVerifying(SessionId id);

    /** Called after each change, on the thread that caused it, without holding a lock; {@code by} is the event that did it. */
    void changed(SessionMachine from, SessionMachine to, SessionEvent by);
}
