// SPDX-License-Identifier: Apache-2.0
package io.holdfast.event;

import io.holdfast.event.HoldfastEvent.Conflict;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.event.HoldfastEvent.GrantChanged;
import io.holdfast.event.HoldfastEvent.HistoryWentBack;
import io.holdfast.event.HoldfastEvent.Judged;
import io.holdfast.event.HoldfastEvent.NotConnected;
import io.holdfast.event.HoldfastEvent.RecordOvertaken;
import io.holdfast.event.HoldfastEvent.Registered;
import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.ReplicasDiverge;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.event.HoldfastEvent.TaskFailed;
import io.holdfast.event.HoldfastEvent.WaitingInQueue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each event as one log line with path, session id and cause to the logger {@code io.holdfast}. WARN is what an
 * operator should look at: sessions that are lost or refused, registrations that failed, servers that disagree. INFO is what
 * explains it afterwards, DEBUG each step. docs/operations.md says what to do about each line. Thread-safe.
 */
public final class Slf4jObserver implements HoldfastObserver {

    private static final Logger LOG = LoggerFactory.getLogger("io.holdfast");
    private static final Set<String> USUAL_VERDICTS = Set.of("Absent", "Mine");

    @Override
    public void onEvent(HoldfastEvent event) {
        String session = "0x" + Long.toHexString(event.sessionId());
        if (event instanceof SessionChanged e) {
            log(
                    e.isLoss() ? Severity.WARN : Severity.INFO,
                    "session={} {} -> {} cause=\"{}\"",
                    session,
                    e.from(),
                    e.to(),
                    e.cause());
        } else if (event instanceof SessionConfirmed e) {
            LOG.info(
                    "session={} confirmed took={}ms again={}", session, e.took().toMillis(), e.again());
        } else if (event instanceof HistoryWentBack e) {
            LOG.warn(
                    "session={} the history of the ensemble went back from zxid 0x{} to 0x{}: tokens repeat; grants are"
                            + " refused until acceptHistory() is called",
                    session,
                    Long.toHexString(e.highestZxid()),
                    Long.toHexString(e.zxid()));
        } else if (event instanceof RecordOvertaken e) {
            LOG.warn(
                    "path={} session={} incarnation={} another process has this member id: incarnation={} has written the"
                            + " record since, and ends sessions of this one",
                    e.path(),
                    session,
                    e.incarnation(),
                    e.by());
        } else if (event instanceof NotConnected e) {
            LOG.warn("session={} no connection for {}ms: {}", session, e.since().toMillis(), e.servers());
        } else if (event instanceof EarlierSessionEnded e) {
            LOG.info(
                    "session={} earlier session: {} took={}ms",
                    session,
                    e.outcome(),
                    e.took().toMillis());
        } else if (event instanceof RegistrationChanged e) {
            log(severity(e), "path={} session={} {} cause=\"{}\"", e.path(), session, move(e), e.cause());
        } else if (event instanceof Registered e) {
            LOG.info(
                    "path={} session={} registered czxid=0x{} unregistered-for={}ms recreated={}",
                    e.path(),
                    session,
                    Long.toHexString(e.czxid()),
                    e.unregisteredFor().toMillis(),
                    e.recreated());
        } else if (event instanceof Judged e) {
            log(
                    USUAL_VERDICTS.contains(e.verdict()) ? Severity.DEBUG : Severity.INFO,
                    "path={} session={} node judged {} owner=0x{}",
                    e.path(),
                    session,
                    e.verdict(),
                    Long.toHexString(e.ownerSessionId()));
        } else if (event instanceof Conflict e) {
            LOG.warn(
                    "path={} session={} conflict owner=0x{} holder=\"{}\"",
                    e.path(),
                    session,
                    Long.toHexString(e.ownerSessionId()),
                    e.holder());
        } else if (event instanceof GrantChanged e) {
            log(
                    severity(e),
                    "path={} session={} token=0x{} grant {}-> {} cause=\"{}\"",
                    e.path(),
                    session,
                    Long.toHexString(e.token()),
                    e.from().isEmpty() ? "" : e.from() + " ",
                    e.to(),
                    e.cause());
        } else if (event instanceof WaitingInQueue e) {
            LOG.debug("path={} session={} queued behind={} ahead={}", e.path(), session, e.behind(), e.ahead());
        } else if (event instanceof TaskFailed e) {
            LOG.warn("path={} session={} {} threw {}", e.path(), session, e.task(), e.failure(), e.failure());
        } else if (event instanceof ReplicasDiverge e) {
            LOG.warn("path={} session={} servers disagree: {} ({})", e.path(), session, e.server(), e.servers());
        }
    }

    /** What SLF4J 1.7 has: {@code atLevel} came with 2.0. */
    private static void log(Severity severity, String format, Object... arguments) {
        switch (severity) {
            case WARN -> LOG.warn(format, arguments);
            case INFO -> LOG.info(format, arguments);
            case DEBUG -> LOG.debug(format, arguments);
        }
    }

    private static Severity severity(RegistrationChanged event) {
        return switch (event.to()) {
            case "Failed", "Lost" -> Severity.WARN;
            case "Refused" -> event.from().equals("Refused") ? Severity.DEBUG : Severity.WARN;
            case "Waiting" -> Severity.INFO;
            default -> Severity.DEBUG;
        };
    }

    /** Locks come and go by the thousand: only what their holders did not ask for is news. */
    private static Severity severity(GrantChanged event) {
        if (event.isLoss()) {
            return Severity.WARN;
        }
        return event.from().equals("InDoubt") || event.to().equals("InDoubt") ? Severity.INFO : Severity.DEBUG;
    }

    private static String move(RegistrationChanged event) {
        return (event.from().isEmpty() ? "" : event.from() + " ") + "-> " + event.to();
    }

    private enum Severity {
        WARN,
        INFO,
        DEBUG
    }
}
