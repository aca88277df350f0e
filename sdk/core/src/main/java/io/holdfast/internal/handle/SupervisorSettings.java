// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.internal.journal.HistoryFile;
import io.holdfast.internal.journal.SessionJournal;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionSettings;
import java.util.Optional;

/**
 * What a {@link SessionSupervisor} goes by.
 *
 * @param session timeouts
 * @param pace how fast new sessions are asked for in trouble
 * @param isEager whether every session is confirmed as soon as it is open, or only from the first ephemeral on
 * @param isLegacyServers whether the servers drop unknown requests without an answer
 * @param journal where sessions are written down for the next run; closed by its owner, not by the supervisor
 * @param markers where the markers of sessions are; empty for none
 * @param history keeps the highest transaction id for the next run
 * @param record where sessions are written down in the ensemble for the next run; empty if there is a {@code journal}
 */
public record SupervisorSettings(
        SessionSettings session,
        PaceSettings pace,
        boolean isEager,
        boolean isLegacyServers,
        Optional<SessionJournal> journal,
        Optional<MarkerSettings> markers,
        Optional<HistoryFile> history,
        Optional<RecordSettings> record) {}
