// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.holdfast.internal.handle.SessionSupervisor;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.SessionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;

/**
 * The sessions of one client. The first has whatever belongs to one session only: queues, fences, and the application's Curator
 * recipes. Nodes that do not fit into it go into more, opened when they are needed and kept until the client is closed.
 * Thread-safe.
 */
final class ClientSessions {

    /** The part of the first session's budget that other nodes leave free, if they have somewhere else to go. */
    private static final double LEFT_FOR_RECIPES = 0.125;

    private record Listening(SessionListener listener, Executor executor) {}

    private final int most;
    private final Function<SessionSupervisor, SessionSlot> slotOf;
    private final Function<SessionSupervisor, CuratorFramework> curatorOf;
    private final List<SessionSlot> slots = new CopyOnWriteArrayList<>();

    @GuardedBy("this")
    private final List<CuratorFramework> curators = new ArrayList<>();

    @GuardedBy("this")
    private final List<Listening> listeners = new ArrayList<>();

    private final CuratorFramework firstCurator;

    @GuardedBy("this")
    private boolean isOpen;

    /**
     * @param most how many sessions there may be
     * @param first opens the first one's handles
     * @param slotOf makes what belongs to a session
     * @param curatorOf makes the Curator client that asks for its handles
     */
    ClientSessions(
            int most,
            SessionSupervisor first,
            Function<SessionSupervisor, SessionSlot> slotOf,
            Function<SessionSupervisor, CuratorFramework> curatorOf) {
        this.most = most;
        this.slotOf = slotOf;
        this.curatorOf = curatorOf;
        this.slots.add(slotOf.apply(first));
        this.firstCurator = curatorOf.apply(first);
        this.curators.add(firstCurator);
    }

    SessionSlot first() {
        return slots.get(0);
    }

    List<SessionSlot> all() {
        return slots;
    }

    /** Returns the Curator client of the first session. */
    CuratorFramework curator() {
        return firstCurator;
    }

    synchronized void start() {
        isOpen = true;
        firstCurator.start();
    }

    synchronized void addListener(SessionListener listener, Executor executor) {
        listeners.add(new Listening(listener, executor));
        slots.forEach(slot -> slot.view().addListener(listener, executor));
    }

    synchronized void removeListener(SessionListener listener) {
        listeners.removeIf(each -> each.listener() == listener);
        slots.forEach(slot -> slot.view().removeListener(listener));
    }

    /** Returns where a node goes: the first session that has room, one more if none has, the first if there may be no more. */
    SessionSlot forNode(String fullPath, RegistrationOptions options) {
        boolean isRecipes =
                options.isSequential() || options.isOnce() || options.fence().isPresent();
        return most == 1 || isRecipes ? first() : withRoom(fullPath);
    }

    private synchronized SessionSlot withRoom(String fullPath) {
        for (SessionSlot slot : slots) {
            if (slot.registrations().hasRoom(fullPath, slot == first() ? LEFT_FOR_RECIPES : 0)) {
                return slot;
            }
        }
        if (slots.size() == most || !isOpen) {
            return first(); // which refuses it, and says why
        }
        SessionSupervisor supervisor = first().supervisor().oneMore();
        SessionSlot slot = slotOf.apply(supervisor);
        CuratorFramework curator = curatorOf.apply(supervisor);
        listeners.forEach(each -> slot.view().addListener(each.listener(), each.executor()));
        slots.add(slot);
        curators.add(curator);
        curator.start();
        return slot;
    }

    /** Keeps no registration any more, and closes every session. */
    void close() {
        List<CuratorFramework> closing;
        synchronized (this) {
            isOpen = false;
            closing = List.copyOf(curators);
        }
        slots.forEach(SessionSlot::close);
        closing.forEach(CuratorFramework::close);
    }
}
