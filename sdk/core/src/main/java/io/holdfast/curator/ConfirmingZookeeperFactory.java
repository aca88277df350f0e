// SPDX-License-Identifier: Apache-2.0
package io.holdfast.curator;

import static java.util.Objects.requireNonNull;

import io.holdfast.event.HoldfastObserver;
import io.holdfast.event.Slf4jObserver;
import io.holdfast.internal.client.ClientLibraries;
import io.holdfast.internal.client.SupervisedZookeeperFactory;
import io.holdfast.internal.handle.ClientThreads;
import io.holdfast.internal.handle.EventQueue;
import io.holdfast.internal.handle.MarkerSettings;
import io.holdfast.internal.handle.RecordSettings;
import io.holdfast.internal.handle.SessionSupervisor;
import io.holdfast.internal.handle.SupervisorSettings;
import io.holdfast.internal.journal.SessionJournal;
import io.holdfast.internal.session.Identifiers;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.ConfirmMode;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionSettings;
import io.holdfast.spi.Ticker;
import io.holdfast.tag.EphemeralTag;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Gives a Curator client handles that create nothing ephemeral before their session is confirmed, so that its recipes,
 * unmodified, have confirmed sessions under them: {@code .zookeeperFactory(new ConfirmingZookeeperFactory())}.
 *
 * <p>Curator is notified of a connection when the session is confirmed and when the ephemerals that its recipes had made in the
 * session before are gone. An ephemeral create that comes earlier waits, and what its caller sends after it waits behind it.
 * A session that the ensemble leaves unconfirmed for too long is closed; Curator is told that it expired, after a growing
 * delay, and opens another one.
 *
 * <p>One factory serves one client: give each {@code CuratorFramework} its own.
 *
 * <p><b>Thread-safety:</b> safe. <b>Blocking:</b> nothing blocks; the threads it uses are daemons and end when idle.
 * <b>Not promised:</b> it does not verify what a recipe concludes from the nodes it reads, and it does not put back a node
 * that was deleted under a living session; registrations do.
 *
 * @see "docs/adr/0005-curator-opens-the-handles.md"
 */
public final class ConfirmingZookeeperFactory implements ZookeeperFactory {

    private final SupervisedZookeeperFactory handles;

    /**
     * Uses the default settings, without a journal.
     *
     * @throws IllegalStateException if the Curator or ZooKeeper client on the class path is too old; the message says which
     */
    public ConfirmingZookeeperFactory() {
        this(builder());
    }

    private ConfirmingZookeeperFactory(Builder builder) {
        ClientLibraries.require();
        ClientThreads threads = new ClientThreads();
        String run = Identifiers.randomToken();
        this.handles = new SupervisedZookeeperFactory(new SessionSupervisor(
                new SupervisorSettings(
                        builder.settings,
                        builder.pace,
                        builder.confirm == ConfirmMode.EAGER,
                        builder.isLegacyServers,
                        Optional.ofNullable(builder.journal)
                                .map(directory ->
                                        SessionJournal.open(directory, requireNonNull(builder.memberId), run)),
                        Optional.ofNullable(builder.isLegacyServers ? null : builder.markers)
                                .map(path -> new MarkerSettings(path, run, node -> builder.markersAcl)),
                        Optional.empty(),
                        Optional.ofNullable(builder.journalInEnsemble)
                                .map(path -> new RecordSettings(
                                        path, requireNonNull(builder.memberId), run, node -> builder.recordAcl))),
                threads,
                new EventQueue(threads, HoldfastObserver.all(builder.observers)),
                Ticker.system()));
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public ZooKeeper newZooKeeper(String connectString, int sessionTimeout, Watcher watcher, boolean canBeReadOnly)
            throws Exception {
        return handles.newZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly);
    }

    @Override
    public ZooKeeper newZooKeeper(
            String connectString,
            int sessionTimeout,
            Watcher watcher,
            boolean canBeReadOnly,
            @Nullable ZKClientConfig zkClientConfig)
            throws Exception {
        return handles.newZooKeeper(connectString, sessionTimeout, watcher, canBeReadOnly, zkClientConfig);
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {

        private SessionSettings settings = SessionSettings.defaults();
        private PaceSettings pace = PaceSettings.defaults();
        private ConfirmMode confirm = ConfirmMode.EAGER;
        private final List<HoldfastObserver> observers = new ArrayList<>(List.of(new Slf4jObserver()));
        private boolean isLegacyServers;
        private @Nullable String markers = MarkerSettings.USUAL_DIRECTORY;
        private List<ACL> markersAcl = Ids.OPEN_ACL_UNSAFE;
        private @Nullable Path journal;
        private @Nullable String journalInEnsemble;
        private List<ACL> recordAcl = List.of();
        private @Nullable String memberId;

        private Builder() {}

        /** Sets confirm timeout, safety margin and tick; the session timeout is the Curator builder's. */
        public Builder settings(SessionSettings settings) {
            this.settings = requireNonNull(settings, "settings");
            return this;
        }

        /** Sets how fast new sessions are asked for while the ensemble does not confirm them. */
        public Builder pace(PaceSettings pace) {
            this.pace = requireNonNull(pace, "pace");
            return this;
        }

        /** Sets when a session is confirmed. Default {@link ConfirmMode#EAGER}. */
        public Builder confirm(ConfirmMode confirm) {
            this.confirm = requireNonNull(confirm, "confirm");
            return this;
        }

        /**
         * Writes sessions down, so that the next run of the same member ends them before it creates anything.
         *
         * @param directory where; mode 0700, the same for all runs of the member
         * @param memberId names the logical owner; at most one process at a time has it
         */
        public Builder journal(Path directory, String memberId) {
            this.journal = requireNonNull(directory, "directory");
            this.memberId = EphemeralTag.requireMemberId(memberId);
            return this;
        }

        /**
         * Writes sessions down in the ensemble, in one persistent node below a path, so that the next run of the same member ends
         * them before it creates anything. At most one client of the member may live at a time, anywhere: a second one ends the
         * first one's sessions. The node's ACL is of the client's own credentials; without any it holds no password. Excludes
         * {@link #journal}.
         *
         * @param path an absolute path; a namespace of Curator's does not apply
         * @param memberId names the logical owner
         * @param acl of {@code path}, and of the node where the client has no credentials
         */
        public Builder journalInEnsemble(String path, String memberId, List<ACL> acl) {
            RegistrationOptions.requirePath(path, "journalInEnsemble");
            this.journalInEnsemble = path;
            this.memberId = EphemeralTag.requireMemberId(memberId);
            this.recordAcl = List.copyOf(acl);
            return this;
        }

        /** Says that the servers are older than 3.4.6, which drop requests that they do not know. Default false. */
        public Builder legacyServers(boolean isLegacyServers) {
            this.isLegacyServers = isLegacyServers;
            return this;
        }

        /**
         * Says where each session keeps one ephemeral node, its marker, with which the next session deletes what an expired one
         * has left without waiting for the leader to do so. The path is created when first needed, and nothing fails if it cannot
         * be. Default: {@code /holdfast-sessions}, open to everybody.
         *
         * @param path an absolute path; a namespace of Curator's does not apply
         * @param acl of the markers and of {@code path}; this client must be allowed to read and create
         */
        public Builder sessionMarkers(String path, List<ACL> acl) {
            RegistrationOptions.requirePath(path, "sessionMarkers");
            this.markers = path;
            this.markersAcl = List.copyOf(acl);
            return this;
        }

        /** Makes no markers: one write less for each session, and what an expired session has left is waited for. */
        public Builder withoutSessionMarkers() {
            this.markers = null;
            return this;
        }

        /** Adds an observer to the one that logs. */
        public Builder observer(HoldfastObserver observer) {
            observers.add(requireNonNull(observer, "observer"));
            return this;
        }

        /**
         * Returns the factory.
         *
         * @throws IllegalArgumentException if there are to be two journals
         * @throws java.io.UncheckedIOException if the journal cannot be opened
         */
        public ConfirmingZookeeperFactory build() {
            RecordSettings.requireOneJournal(journal, journalInEnsemble);
            return new ConfirmingZookeeperFactory(this);
        }
    }
}
