// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.client;

import io.holdfast.event.HoldfastObserver;
import io.holdfast.explorer.servers.Connection;
import io.holdfast.explorer.servers.Diary;
import io.holdfast.explorer.servers.Ensemble;
import io.holdfast.internal.registration.Limits;
import io.holdfast.internal.registration.LiveSession;
import io.holdfast.internal.registration.PathClaims;
import io.holdfast.internal.registration.RegistrationContext;
import io.holdfast.internal.registration.Registrations;
import io.holdfast.internal.session.EarlierSessions;
import io.holdfast.internal.session.SessionCredentials;
import io.holdfast.internal.session.SessionMachine;
import io.holdfast.internal.time.WaitGuard;
import io.holdfast.internal.write.ManyWatches;
import io.holdfast.internal.write.SharedWrites;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.SessionId;
import io.holdfast.session.SessionOps;
import io.holdfast.session.SessionSettings;
import io.holdfast.session.Znode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.zookeeper.ZooDefs;
import org.jspecify.annotations.Nullable;

/**
 * One member with one registration: the real session machine, registration machine, judge and list of earlier sessions. Each
 * method is one step; what the member does about it, it does within the step.
 */
public final class Member {

    public static final String NAME = "broker-7";
    public static final String PATH = "/p";
    public static final String MARKERS = Markers.DIRECTORY;
    private static final Limits LIMITS = new Limits("", 1_000_000, 4096);
    static final Duration TIMEOUT = Duration.ofSeconds(6);

    private final Ensemble servers;
    private final Conduct conduct;
    private final boolean hasExactGuards;
    private final Diary diary;
    private final ModelClock clock = new ModelClock();
    private final SessionSettings settings = SessionSettings.defaults();
    private final EarlierSessions earlier;
    private final Registrations registrations;
    private final Registration registration;
    private final Errands errands;
    private final Set<Long> sessions = new TreeSet<>();
    private final Insides insides;
    private final StepTrace trace;
    private final Optional<Markers> markers;
    private final Map<String, Long> lastSeen = new TreeMap<>();

    private Handle handle;
    private boolean sentUnconfirmed;
    private long announced;

    /**
     * A member that has asked for its registration, and has opened a handle.
     *
     * @param home the server that it attaches to first
     * @param hasExactGuards whether the servers could be asked to delete this very node only, which they cannot
     * @param marking whether it makes a marker in each session
     */
    public Member(
            Ensemble servers,
            Conduct conduct,
            RegistrationOptions options,
            int home,
            boolean hasExactGuards,
            Marking marking,
            Diary diary) {
        this.servers = servers;
        this.conduct = conduct;
        this.hasExactGuards = hasExactGuards;
        this.diary = diary;
        this.errands = new Errands(servers, home, diary);
        HoldfastObserver notes = new Notes(diary);
        this.earlier = new EarlierSessions(errands::end, notes, clock);
        this.registrations = new Registrations(
                new RegistrationContext(
                        new RegistrationContext.Threads(clock, clock, new WaitGuard()),
                        new RegistrationContext.Application(notes, path -> ZooDefs.Ids.OPEN_ACL_UNSAFE),
                        new RegistrationContext.Member(NAME, "00000000000000cc"),
                        new RegistrationContext.Sessions(earlier, () -> ""),
                        errands::askServers,
                        settings,
                        clock,
                        LIMITS),
                new PathClaims());
        this.registration = registrations.register(PATH, () -> new byte[0], options, clock);
        this.insides = new Insides(registrations);
        this.trace = new StepTrace(insides::step);
        this.markers = marking == Marking.NO
                ? Optional.empty()
                : Optional.of(
                        new Markers(earlier, marking == Marking.SLOWLY ? Optional.of(errands) : Optional.empty()));
        this.handle = new Handle(this, servers, conduct);
        clock.settle();
        handle.begin();
        clock.settle();
    }

    // ---------------------------------------------------------------- its steps

    public boolean isConnected() {
        return handle.connection() != null;
    }

    public @Nullable Connection connection() {
        return handle.connection();
    }

    /** Tells whether the server has applied what the member has seen. */
    public boolean mayConnect(int server) {
        return !isConnected() && handle.seen() <= servers.applied(server);
    }

    public boolean hasSession() {
        return handle.session() != 0 && !(handle.state() instanceof SessionMachine.Opening);
    }

    public void connect(int server) {
        handle.connect(server);
        clock.settle();
    }

    /** Returns the connections, its errands' included, that have something for it. */
    public List<Connection> receivable() {
        List<Connection> all = new ArrayList<>();
        if (handle.connection() != null && servers.canReceive(handle.connection())) {
            all.add(handle.connection());
        }
        all.addAll(errands.receivable());
        return all;
    }

    public void receive(Connection on) {
        servers.receive(on);
        handle.noteSeen();
        clock.settle();
    }

    public void cut(boolean losesRequests) {
        Connection on = handle.connection();
        if (on != null) {
            servers.cut(on, losesRequests);
            clock.settle();
        }
    }

    /** The client library declares the session expired by itself, as it does since 3.9.3. */
    public void declareExpired() {
        handle.expired();
        clock.settle();
    }

    public int errands() {
        return errands.waiting();
    }

    public void runErrand(int which) {
        errands.run(which);
        clock.settle();
    }

    public boolean hasTimers() {
        return clock.hasTimers();
    }

    public long nextTimer() {
        return clock.next();
    }

    public long now() {
        return clock.read();
    }

    public void moveTo(long then) {
        clock.moveTo(then);
        clock.settle();
    }

    public void closeRegistration() {
        var unused = registration.closeAsync();
        clock.settle();
    }

    /** Brings its work to rest after something that happened to its connections. */
    public void settle() {
        clock.settle();
    }

    // ---------------------------------------------------------------- what can be seen

    public Registration registration() {
        return registration;
    }

    public SessionMachine sessionState() {
        return handle.state();
    }

    /** Returns every session that it ever had. */
    public Set<Long> sessions() {
        return sessions;
    }

    public boolean hasSentUnconfirmed() {
        return sentUnconfirmed;
    }

    public boolean isWatching(String path) {
        Connection on = handle.connection();
        return on != null && on.isWatching(path);
    }

    public boolean expectsNews() {
        return handle.connection() == null
                || handle.state() instanceof SessionMachine.Opening
                || handle.connection().isWaiting()
                || errands.isUnderWay()
                || clock.hasTimers();
    }

    /** A marker stays as long as its session, whatever becomes of the registration. */
    public static boolean isMarker(String path) {
        return Markers.isOne(path);
    }

    public void describe(StringBuilder text) {
        handle.describe(text);
        clock.describe(text.append('%'));
        errands.describe(text.append('%'));
        text.append(sessions);
        trace.describe(text.append('%'));
        insides.describe(text.append('%'));
        if (hasExactGuards) {
            text.append(lastSeen);
        }
        markers.ifPresent(each -> each.describe(text.append('%')));
    }

    // ---------------------------------------------------------------- what its handle asks for

    SessionSettings settings() {
        return settings;
    }

    ModelClock clock() {
        return clock;
    }

    Registrations registrations() {
        return registrations;
    }

    boolean hasExactGuards() {
        return hasExactGuards;
    }

    boolean hasEphemeralsCall() {
        return true;
    }

    /** Notes which node stands at a path, for an exact guard to name it. */
    void seen(Znode node) {
        lastSeen.put(node.path(), node.czxid());
    }

    long lastSeen(String path) {
        return lastSeen.getOrDefault(path, 0L);
    }

    void tell(Supplier<String> what) {
        diary.note("member", what);
    }

    void live(Handle confirmed, long session) {
        if (conduct.pipelines() && announced == session) {
            return;
        }
        announced = session;
        mark(confirmed, session);
        SessionOps ops = wired(new WireOps(this, confirmed, session, trace, true));
        SharedWrites writes = new SharedWrites(ops, clock, clock, LIMITS.writes(), ManyWatches.NONE);
        registrations.sessionConfirmed(new LiveSession(
                new SessionId(session), TIMEOUT, ops, writes, () -> confirmed.confirmation.heartbeat()));
    }

    /** Makes a marker in the session, if there are to be any and it has none. */
    void mark(Handle in, long session) {
        markers.ifPresent(each ->
                each.confirmed(session, own -> wired(new WireOps(this, in, session, own, !conduct.marksEarly()))));
    }

    private SessionOps wired(SessionOps ops) {
        return switch (conduct) {
            case SAME_MARKER -> new SameMarkerOps(ops);
            case ADOPTING -> new AdoptingOps(ops);
            case GUARDLESS -> new GuardlessOps(ops);
            default -> ops;
        };
    }

    void learned(long session) {
        sessions.add(session);
    }

    void remember(long session) {
        if (session != 0) {
            earlier.remember(new SessionCredentials(session, new byte[] {1}, TIMEOUT));
        }
    }

    void openNext() {
        clock.execute(() -> {
            handle = new Handle(this, servers, conduct);
            handle.begin();
        });
    }

    void sentEphemeral(Handle by) {
        sentUnconfirmed |= !by.state().isConfirmed();
    }
}
