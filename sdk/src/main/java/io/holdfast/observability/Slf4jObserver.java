// SPDX-License-Identifier: Apache-2.0
package io.holdfast.observability;

import io.holdfast.observability.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.observability.HoldfastEvent.Judged;
import io.holdfast.observability.HoldfastEvent.Registered;
import io.holdfast.observability.HoldfastEvent.RegistrationChanged;
import io.holdfast.observability.HoldfastEvent.ReplicasDiverge;
import io.holdfast.observability.HoldfastEvent.SessionChanged;
import io.holdfast.observability.HoldfastEvent.SessionConfirmed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each event as one log line with path, session id and cause. What an operator should look at is WARN: sessions
 * that end, nodes of somebody else, servers that disagree. Thread-safe.
 */
public final class Slf4jObserver implements HoldfastObserver {

    private static final Logger LOG = LoggerFactory.getLogger("io.holdfast");

    @Override
    public void onEvent(HoldfastEvent event) {
        String session = "0x" + Long.toHexString(event.sessionId());
        if (event instanceof SessionChanged e) {
            if (e.to().equals("Expired") || e.to().equals("Refused")) {
                LOG.warn("session={} {} -> {} cause=\"{}\"", session, e.from(), e.to(), e.cause());
            } else {
                LOG.info("session={} {} -> {} cause=\"{}\"", session, e.from(), e.to(), e.cause());
            }
        } else if (event instanceof SessionConfirmed e) {
            LOG.info(
                    "session={} confirmed took={}ms again={}", session, e.took().toMillis(), e.again());
        } else if (event instanceof EarlierSessionEnded e) {
            LOG.info(
                    "session={} earlier session: {} took={}ms",
                    session,
                    e.outcome(),
                    e.took().toMillis());
        } else if (event instanceof RegistrationChanged e) {
            LOG.debug("path={} session={} {} -> {} cause=\"{}\"", e.path(), session, e.from(), e.to(), e.cause());
        } else if (event instanceof Registered e) {
            LOG.info(
                    "path={} session={} registered czxid=0x{} unregistered-for={}ms recreated={}",
                    e.path(),
                    session,
                    Long.toHexString(e.czxid()),
                    e.unregisteredFor().toMillis(),
                    e.recreated());
        } else if (event instanceof Judged e) {
            LOG.info(
                    "path={} session={} node judged {} owner=0x{}",
                    e.path(),
                    session,
                    e.verdict(),
                    Long.toHexString(e.ownerSessionId()));
        } else if (event instanceof ReplicasDiverge e) {
            LOG.warn("path={} session={} servers disagree: {} ({})", e.path(), session, e.server(), e.servers());
        }
    }
}
