// SPDX-License-Identifier: Apache-2.0
package io.holdfast;

import static java.util.Objects.requireNonNull;

import io.holdfast.curator.WrappedCurator;
import io.holdfast.event.HoldfastObserver;
import io.holdfast.event.Slf4jObserver;
import io.holdfast.internal.client.ClientCore;
import io.holdfast.internal.client.ClientLibraries;
import io.holdfast.internal.client.ClientSettings;
import io.holdfast.internal.client.ConnectStrings;
import io.holdfast.internal.client.CuratorBase;
import io.holdfast.internal.handle.MarkerSettings;
import io.holdfast.internal.handle.RecordSettings;
import io.holdfast.internal.handle.SupervisorSettings;
import io.holdfast.internal.journal.HistoryFile;
import io.holdfast.internal.journal.SessionJournal;
import io.holdfast.internal.registration.Limits;
import io.holdfast.internal.session.Identifiers;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.ConfirmMode;
import io.holdfast.session.PaceSettings;
import io.holdfast.session.SessionSettings;
import io.holdfast.tag.EphemeralTag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.curator.framework.AuthInfo;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Collects the settings of a {@link HoldfastClient}. Not thread-safe. Everything is checked in {@link #build()}; a value out
 * of range is refused, none is adjusted.
 */
public final class HoldfastClientBuilder {

    private static final int DEFAULT_PATH_BUDGET = 512 * 1024;

    private @Nullable WrappedCurator curator;
    private @Nullable String connectString;
    private @Nullable String memberId;
    private @Nullable String namespace;
    private @Nullable Duration sessionTimeout;
    private Duration confirmTimeout = SessionSettings.defaults().confirmTimeout();
    private Duration safetyMargin = SessionSettings.defaults().safetyMargin();
    private Duration serverTick = SessionSettings.defaults().serverTick();
    private Duration auditInterval = Duration.ofMinutes(1);
    private PaceSettings pace = PaceSettings.defaults();
    private ConfirmMode confirm = ConfirmMode.ON_FIRST_EPHEMERAL;
    private @Nullable Path journal;
    private @Nullable String journalInEnsemble;
    private int pathBudget = DEFAULT_PATH_BUDGET;
    private int maxSessions = 1;
    private boolean isLegacyServers;
    private @Nullable String markers = MarkerSettings.USUAL_DIRECTORY;
    private @Nullable ZKClientConfig zkClientConfig;
    private @Nullable Function<String, List<ACL>> aclProvider;
    private @Nullable Executor callbackExecutor;
    private final List<AuthInfo> authorizations = new ArrayList<>();
    private final List<HoldfastObserver> observers = new ArrayList<>(List.of(new Slf4jObserver()));

    HoldfastClientBuilder() {}

    /** Builds on a Curator configuration of the application's. What is set here as well comes first. Default none. */
    public HoldfastClientBuilder curator(WrappedCurator curator) {
        this.curator = requireNonNull(curator, "curator");
        return this;
    }

    /** Sets the servers, {@code host:port} separated by commas, with an optional chroot at the end. Required. */
    public HoldfastClientBuilder connectString(String connectString) {
        this.connectString = requireNonNull(connectString, "connectString");
        return this;
    }

    /**
     * Sets the logical owner of all nodes: it outlives the process, and at most one process has it at a time. 1 to 128
     * characters of {@code A-Z a-z 0-9 . _ -}, the first a letter or a digit. Required.
     */
    public HoldfastClientBuilder memberId(String memberId) {
        this.memberId = requireNonNull(memberId, "memberId");
        return this;
    }

    /** Sets a path, without the leading slash, below which all paths of this client are. Default none. */
    public HoldfastClientBuilder namespace(String namespace) {
        this.namespace = requireNonNull(namespace, "namespace");
        return this;
    }

    /** Sets the session timeout asked of the ensemble; see {@link SessionSettings}. */
    public HoldfastClientBuilder sessionTimeout(Duration sessionTimeout) {
        this.sessionTimeout = requireNonNull(sessionTimeout, "sessionTimeout");
        return this;
    }

    /** Sets how long the ensemble may leave a probe unanswered; see {@link SessionSettings}. */
    public HoldfastClientBuilder confirmTimeout(Duration confirmTimeout) {
        this.confirmTimeout = requireNonNull(confirmTimeout, "confirmTimeout");
        return this;
    }

    /** Sets how long before the session may be over nothing counts as safe any more; see {@link SessionSettings}. */
    public HoldfastClientBuilder safetyMargin(Duration safetyMargin) {
        this.safetyMargin = requireNonNull(safetyMargin, "safetyMargin");
        return this;
    }

    /** Sets the servers' {@code tickTime}; see {@link SessionSettings}. */
    public HoldfastClientBuilder serverTick(Duration serverTick) {
        this.serverTick = requireNonNull(serverTick, "serverTick");
        return this;
    }

    /**
     * Sets the ACLs of nodes and parents, by their path: with the namespace, without the chroot. It must return at least one
     * entry; it may block, and is called again for each create. What it throws is the cause of the registration's next state, and
     * is tried again. Default: open to all.
     */
    public HoldfastClientBuilder aclProvider(Function<String, List<ACL>> aclProvider) {
        this.aclProvider = requireNonNull(aclProvider, "aclProvider");
        return this;
    }

    /** Adds credentials that are presented on every connection. */
    public HoldfastClientBuilder authorization(String scheme, byte[] auth) {
        authorizations.add(new AuthInfo(requireNonNull(scheme, "scheme"), auth.clone()));
        return this;
    }

    /** Sets the ZooKeeper client's configuration, TLS and SASL included. */
    public HoldfastClientBuilder zkClientConfig(ZKClientConfig config) {
        this.zkClientConfig = requireNonNull(config, "zkClientConfig");
        return this;
    }

    /** Sets how fast new sessions are asked for while the ensemble does not confirm them. */
    public HoldfastClientBuilder pace(PaceSettings pace) {
        this.pace = requireNonNull(pace, "pace");
        return this;
    }

    /** Sets when a session is confirmed. Default {@link ConfirmMode#ON_FIRST_EPHEMERAL}. */
    public HoldfastClientBuilder confirm(ConfirmMode confirm) {
        this.confirm = requireNonNull(confirm, "confirm");
        return this;
    }

    /**
     * Writes sessions down in a directory (mode 0700, on the local disk, the same for all runs of the member), so that a
     * restarted process ends the sessions of its previous run instead of waiting for them to expire. Default none.
     */
    public HoldfastClientBuilder journal(Path directory) {
        this.journal = requireNonNull(directory, "journal");
        return this;
    }

    /**
     * The same, in place of {@link #journal}, in a persistent node of the ensemble below this path (absolute, below the namespace)
     * that only the client's own credentials can read; without any it holds no password. Only where at most one client of the
     * member lives at a time: a second one ends the first one's sessions. Nothing fails if it cannot be made. Default none.
     */
    public HoldfastClientBuilder journalInEnsemble(String path) {
        RegistrationOptions.requirePath(path, "journalInEnsemble");
        this.journalInEnsemble = path;
        return this;
    }

    /** Sets how often the session and its nodes are audited, at least 1 s; zero switches it off. Default one minute. */
    public HoldfastClientBuilder auditInterval(Duration auditInterval) {
        this.auditInterval = requireNonNull(auditInterval, "auditInterval");
        return this;
    }

    /**
     * Sets the most bytes of the paths of one session's registrations: one closeSession carries them all, below the servers'
     * {@code jute.maxbuffer}. 1024 to the client's {@code jute.maxbuffer}. Default 512 KiB.
     */
    public HoldfastClientBuilder pathBudget(int bytes) {
        this.pathBudget = bytes;
        return this;
    }

    /**
     * Lets registrations that do not fit into the path budget of one session go into more, each opened when it is needed; places in
     * queues and fences stay in the first. 1 to 100. Default 1.
     */
    public HoldfastClientBuilder maxSessions(int maxSessions) {
        this.maxSessions = maxSessions;
        return this;
    }

    /**
     * Says that the servers are older than 3.4.6: they never answer requests that they do not know, so none is sent. Default false.
     */
    public HoldfastClientBuilder legacyServers(boolean isLegacyServers) {
        this.isLegacyServers = isLegacyServers;
        return this;
    }

    /**
     * Says below which path each session keeps one ephemeral node, its marker: with it the next session takes the nodes of an
     * expired one over without waiting for the leader. Created when first needed. Default: {@code /holdfast-sessions}.
     */
    public HoldfastClientBuilder sessionMarkers(String path) {
        RegistrationOptions.requirePath(path, "sessionMarkers");
        this.markers = path;
        return this;
    }

    /** Makes no markers: one write less for each session; what an expired session has left is waited for. */
    public HoldfastClientBuilder withoutSessionMarkers() {
        this.markers = null;
        return this;
    }

    /** Adds an observer to the one that logs. */
    public HoldfastClientBuilder observer(HoldfastObserver observer) {
        this.observers.add(requireNonNull(observer, "observer"));
        return this;
    }

    /** Sets the executor for listeners and stages; what it refuses runs on the client's threads, the default. See docs/threads.md. */
    public HoldfastClientBuilder callbackExecutor(Executor callbackExecutor) {
        this.callbackExecutor = requireNonNull(callbackExecutor, "callbackExecutor");
        return this;
    }

    /**
     * Checks everything and returns the client, which sends nothing before it is started.
     *
     * @throws IllegalArgumentException if a setting is missing or out of range; the message names it, its value and what is
     *     allowed
     * @throws IllegalStateException if the Curator or ZooKeeper client on the class path is too old; the message says which
     * @throws java.io.UncheckedIOException if the journal cannot be opened
     */
    public HoldfastClient build() {
        ClientLibraries.require();
        CuratorBase base = new CuratorBase(curator == null ? null : curator.builder());
        if (zkClientConfig != null) {
            base.zkClientConfig(zkClientConfig);
        }
        if (aclProvider != null) {
            base.aclFor(aclProvider);
        }
        ClientSettings settings = settings(base);
        base.connectString(settings.servers().connectString());
        if (!settings.servers().namespace().isEmpty()) {
            base.namespace(settings.servers().namespace());
        }
        authorizations.forEach(auth -> base.authorization(auth.getScheme(), auth.getAuth()));
        return new DefaultClient(new ClientCore(settings, base));
    }

    private ClientSettings settings(CuratorBase base) {
        String servers = ConnectStrings.require(connectString != null ? connectString : base.connectString());
        // a missing one is refused as an empty one is, by name and with what is allowed
        String member = EphemeralTag.requireMemberId(memberId == null ? "" : memberId);
        String below = ConnectStrings.requireNamespace(namespace != null ? namespace : base.namespace());
        SessionSettings session = new SessionSettings(
                sessionTimeout != null ? sessionTimeout : base.sessionTimeout(),
                confirmTimeout,
                safetyMargin,
                serverTick);
        ZKClientConfig config = base.zkClientConfig();
        Duration audits = ClientSettings.requireAuditInterval(auditInterval);
        Limits limits = ClientSettings.limits(servers, config, pathBudget);
        int sessions = ClientSettings.requireMaxSessions(maxSessions);
        RecordSettings.requireOneJournal(journal, journalInEnsemble);
        String incarnation = Identifiers.randomToken();
        return new ClientSettings(
                new ClientSettings.Servers(servers, below, config),
                new ClientSettings.Member(member, incarnation),
                new SupervisorSettings(
                        session,
                        pace,
                        confirm == ConfirmMode.EAGER,
                        isLegacyServers,
                        Optional.ofNullable(journal)
                                .map(directory -> SessionJournal.open(directory, member, incarnation)),
                        Optional.ofNullable(isLegacyServers ? null : markers)
                                .map(path -> new MarkerSettings(
                                        (below.isEmpty() ? "" : "/" + below) + path, incarnation, base.aclFor())),
                        Optional.ofNullable(journal).map(directory -> HistoryFile.of(directory, member)),
                        Optional.ofNullable(journalInEnsemble)
                                .map(path -> RecordSettings.in(below, path, member, incarnation, base.aclFor()))),
                new ClientSettings.Application(
                        base.aclFor(), HoldfastObserver.all(observers), Optional.ofNullable(callbackExecutor)),
                audits,
                limits,
                sessions);
    }
}
