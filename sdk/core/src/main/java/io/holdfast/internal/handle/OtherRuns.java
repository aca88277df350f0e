// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.event.HoldfastEvent.RecordOvertaken;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.internal.journal.RecordRules;
import io.holdfast.internal.journal.RecordRules.Step;
import io.holdfast.internal.time.Guarded;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each other run that has written the member's record since this one: a process that lives is to hear of another one with
 * its member id at once, and not only in its next session. Thread-safe; no method blocks.
 */
final class OtherRuns {

    private static final Logger LOG = LoggerFactory.getLogger(OtherRuns.class);

    private final RecordSettings settings;
    private final RecordNode node;
    private final HoldfastObserver observer;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    OtherRuns(RecordSettings settings, RecordNode node, HoldfastObserver observer) {
        this.settings = settings;
        this.node = node;
        this.observer = observer;
    }

    /** Watches the record, which this run has written, as long as the session lasts. */
    void watch(RecordAccess access) {
        var unused = access.ops().exists(settings.path(), event -> {
            if (event.getType() == EventType.NodeDataChanged) {
                watch(access);
                look(access);
            }
        });
    }

    private void look(RecordAccess access) {
        Optional<Set<String>> nobody = Optional.of(Set.of());
        var unused = node.read(access).thenAccept(read -> {
            if (RecordRules.next(read.found(), settings.run(), nobody) instanceof Step.Overtaken overtaken) {
                tell(overtaken.by(), access);
            }
        });
    }

    /** Tells of a run, once. */
    void tell(String by, RecordAccess access) {
        if (told.add(by)) {
            RecordOvertaken event = new RecordOvertaken(access.ops().sessionId(), settings.path(), settings.run(), by);
            Guarded.run(LOG, "An observer", () -> observer.onEvent(event));
        }
    }
}
