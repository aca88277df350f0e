// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.gate;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The server's side of a gate: what Byteman rules call.
 *
 * <p>Runs in the server process, which names the directory of its gates in the system property
 * {@value #DIRECTORY_PROPERTY}. Byteman makes one instance per rule that fires.
 */
public class ServerGate {

    /** The system property that holds the directory of a server's gates. */
    public static final String DIRECTORY_PROPERTY = "holdfast.gates";

    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** Blocks the calling server thread while the gate is closed for this session, and makes that known to the test. */
    public void pass(String gate, long session) {
        GateFiles files = files(gate);
        Optional<GateFiles.Closing> closing = files.closing().filter(found -> found.concerns(session));
        if (closing.isEmpty()) {
            return;
        }
        files.markReached(session);
        String nonce = closing.get().nonce();
        while (!Thread.currentThread().isInterrupted()
                && files.closing().filter(now -> now.nonce().equals(nonce)).isPresent()) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
        files.markLeft(session);
    }

    /** Returns whether the gate is closed for this session, and makes it known to the test that somebody asked. */
    public boolean isClosed(String gate, long session) {
        GateFiles files = files(gate);
        boolean closed =
                files.closing().filter(found -> found.concerns(session)).isPresent();
        if (closed) {
            files.markReached(session);
        }
        return closed;
    }

    /**
     * Returns whether the gate is closed for this session. Then the caller goes on, and a thread of its own asks the server to
     * close the session when the gate opens.
     *
     * @param server a ZooKeeperServer of any release
     */
    public boolean postponesClose(String gate, long session, Object server) {
        if (files(gate).closing().filter(found -> found.concerns(session)).isEmpty()) {
            return false;
        }
        Thread later = new Thread(
                () -> {
                    pass(gate, session);
                    try {
                        server.getClass().getMethod("closeSession", long.class).invoke(server, session);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException("cannot close session 0x" + Long.toHexString(session), e);
                    }
                },
                "postponed-close-0x" + Long.toHexString(session));
        later.setDaemon(true);
        later.start();
        return true;
    }

    private static GateFiles files(String gate) {
        return new GateFiles(Path.of(System.getProperty(DIRECTORY_PROPERTY, ".")), gate);
    }
}
