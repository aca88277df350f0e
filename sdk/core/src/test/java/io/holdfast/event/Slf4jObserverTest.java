// SPDX-License-Identifier: Apache-2.0
package io.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.holdfast.event.HoldfastEvent.Conflict;
import io.holdfast.event.HoldfastEvent.EarlierSessionEnded;
import io.holdfast.event.HoldfastEvent.Judged;
import io.holdfast.event.HoldfastEvent.RecordOvertaken;
import io.holdfast.event.HoldfastEvent.Registered;
import io.holdfast.event.HoldfastEvent.RegistrationChanged;
import io.holdfast.event.HoldfastEvent.ReplicasDiverge;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.event.HoldfastEvent.SessionChanged.Trigger;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import io.holdfast.event.HoldfastEvent.TaskFailed;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** The lines of docs/operations.md, word for word. */
class Slf4jObserverTest {
    private static final Duration TOOK = Duration.ofMillis(12);

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.holdfast");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Level levelBefore = logger.getLevel();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.DEBUG);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(levelBefore);
    }

    @ParameterizedTest
    @MethodSource("eventsAndLines")
    void eachEventIsOneLine(HoldfastEvent event, Level level, String line) {
        new Slf4jObserver().onEvent(event);

        assertThat(lines.list)
                .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                .containsExactly(tuple(level, line));
    }

    static Stream<Arguments> eventsAndLines() {
        return Stream.of(
                arguments(
                        new SessionChanged(
                                10, "Verifying", "Confirmed", Trigger.PROBE_PASSED, "the probe was answered"),
                        Level.INFO,
                        "session=0xa Verifying -> Confirmed cause=\"the probe was answered\""),
                arguments(
                        new SessionChanged(10, "Suspended", "Expired", Trigger.EXPIRED, "reported as expired"),
                        Level.WARN,
                        "session=0xa Suspended -> Expired cause=\"reported as expired\""),
                arguments(
                        new SessionChanged(10, "Upgrading", "Refused", Trigger.REFUSED_BY_ENSEMBLE, "set it"),
                        Level.WARN,
                        "session=0xa Upgrading -> Refused cause=\"set it\""),
                arguments(
                        new SessionChanged(
                                10,
                                "Confirmed",
                                "Closed",
                                Trigger.REJECTED_BY_LEADER,
                                "the leader does not hold the session"),
                        Level.WARN,
                        "session=0xa Confirmed -> Closed cause=\"the leader does not hold the session\""),
                arguments(
                        new SessionChanged(10, "Confirmed", "Closed", Trigger.CLOSED_BY_USER, "whatever the words are"),
                        Level.INFO,
                        "session=0xa Confirmed -> Closed cause=\"whatever the words are\""),
                arguments(
                        new SessionConfirmed(10, TOOK, true), Level.INFO, "session=0xa confirmed took=12ms again=true"),
                arguments(
                        new EarlierSessionEnded(10, "closed", TOOK),
                        Level.INFO,
                        "session=0xa earlier session: closed took=12ms"),
                arguments(
                        new RegistrationChanged("/a", 0, "", "AwaitingSession", "asked for"),
                        Level.DEBUG,
                        "path=/a session=0x0 -> AwaitingSession cause=\"asked for\""),
                arguments(
                        new RegistrationChanged("/a", 10, "Verifying", "Waiting", "why"),
                        Level.INFO,
                        "path=/a session=0xa Verifying -> Waiting cause=\"why\""),
                arguments(
                        new RegistrationChanged("/a", 10, "Verifying", "Failed", "why"),
                        Level.WARN,
                        "path=/a session=0xa Verifying -> Failed cause=\"why\""),
                arguments(
                        new Registered("/a", 10, 255, TOOK, true),
                        Level.INFO,
                        "path=/a session=0xa registered czxid=0xff unregistered-for=12ms recreated=true"),
                arguments(
                        new Judged("/a", 10, "Mine", 10),
                        Level.DEBUG,
                        "path=/a session=0xa node judged Mine owner=0xa"),
                arguments(
                        new Judged("/a", 10, "KnownGhost", 9),
                        Level.INFO,
                        "path=/a session=0xa node judged KnownGhost owner=0x9"),
                arguments(
                        new Conflict("/a", 10, 9, "member b"),
                        Level.WARN,
                        "path=/a session=0xa conflict owner=0x9 holder=\"member b\""),
                arguments(
                        new TaskFailed("/a", 10, "the ACL provider", new IllegalStateException("broken")),
                        Level.WARN,
                        "path=/a session=0xa the ACL provider threw java.lang.IllegalStateException: broken"),
                arguments(
                        new RecordOvertaken(10, "/journal/a", "0123456789abcdef", "fedcba9876543210"),
                        Level.WARN,
                        "path=/journal/a session=0xa incarnation=0123456789abcdef another process has this member id:"
                                + " incarnation=fedcba9876543210 has written the record since, and ends sessions of this one"),
                arguments(
                        new ReplicasDiverge(
                                "/a", 10, "h:1", List.of("h:1: absent").toString()),
                        Level.WARN,
                        "path=/a session=0xa servers disagree: h:1 ([h:1: absent])"));
    }
}
