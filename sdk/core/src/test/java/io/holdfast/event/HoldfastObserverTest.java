// SPDX-License-Identifier: Apache-2.0
package io.holdfast.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.read.ListAppender;
import io.holdfast.event.HoldfastEvent.Judged;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What one observer throws is the business of nobody else. */
class HoldfastObserverTest {
    private static final HoldfastEvent CONFIRMED = new SessionConfirmed(10, Duration.ofMillis(12), false);
    private static final HoldfastEvent JUDGED = new Judged("/a", 10, "Mine", 10);

    private final Logger logger = (Logger) LoggerFactory.getLogger(HoldfastObserver.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<HoldfastEvent> received = new ArrayList<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
    }

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoSuchMethodError.class, StackOverflowError.class})
    void whateverOneThrowsTheOthersAreTold(Class<? extends Throwable> failure) {
        HoldfastObserver.all(List.of(throwing(failure), received::add)).onEvent(CONFIRMED);

        assertThat(received).containsExactly(CONFIRMED);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getLevel, line -> line.getThrowableProxy()
                        .getClassName())
                .containsExactly(tuple(Level.WARN, failure.getName()));
    }

    @Test
    void aFailureIsLoggedOnceForEachObserverAndKind() {
        HoldfastObserver all = HoldfastObserver.all(
                List.of(throwing(NoSuchMethodError.class), throwing(NoSuchMethodError.class), received::add));

        for (int i = 0; i < 3; i++) {
            all.onEvent(CONFIRMED);
            all.onEvent(JUDGED);
        }

        assertThat(lines.list)
                .as("two observers, two kinds of event")
                .extracting(line -> line.getArgumentArray()[1])
                .containsExactly(CONFIRMED, CONFIRMED, JUDGED, JUDGED);
        assertThat(received).hasSize(6);
    }

    @Test
    void anotherFailureOfTheSameObserverIsLoggedToo() {
        List<Throwable> next = new ArrayList<>(List.of(new NoSuchMethodError(), new IllegalStateException()));
        HoldfastObserver all = HoldfastObserver.all(List.of(event -> sneak(next.remove(0))));

        all.onEvent(CONFIRMED);
        all.onEvent(CONFIRMED);

        assertThat(lines.list)
                .extracting(line -> line.getThrowableProxy().getClassName())
                .containsExactly(NoSuchMethodError.class.getName(), IllegalStateException.class.getName());
    }

    @Test
    void aLogThatFailsKeepsNobodyFromBeingTold() {
        AppenderBase<ILoggingEvent> failing = new AppenderBase<>() {
            @Override
            public synchronized void doAppend(ILoggingEvent line) {
                throw new NoSuchMethodError("of the appender");
            }

            @Override
            protected void append(ILoggingEvent line) {}
        };
        failing.start();
        logger.addAppender(failing);
        try {
            HoldfastObserver.all(List.of(throwing(NoSuchMethodError.class), received::add))
                    .onEvent(CONFIRMED);
        } finally {
            logger.detachAppender(failing);
        }

        assertThat(received).containsExactly(CONFIRMED);
    }

    private static HoldfastObserver throwing(Class<? extends Throwable> failure) {
        return event -> {
            try {
                sneak(failure.getConstructor().newInstance());
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(e.getMessage(), e);
            }
        };
    }

    private static void sneak(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }
}
