// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.group;

import io.holdfast.recipes.internal.view.LiveChildren;
import io.holdfast.recipes.internal.view.Translation;
import io.holdfast.recipes.view.Freshness;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;

/**
 * Who is in a group, kept up to date: eventually exact, across lost connections, changes of the server and new sessions. A
 * group that nobody has joined yet is empty. A view only reads: it needs no membership and no confirmed session.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread. <b>Blocking:</b> only {@link #awaitCurrent}.
 *
 * <p>It does not promise that a member is alive: one that has crashed is shown until its session expires. Nor does it show
 * every state in between, if a member changes twice before it is looked at.
 */
public final class GroupView implements AutoCloseable {

    private static final Translation<String, Member> MEMBERS = new Translation<>(Member::of, Member::name);

    private final LiveChildren children;

    GroupView(LiveChildren children) {
        this.children = children;
    }

    /** Returns the members as they were last read, by name; not to be modified. */
    public SortedMap<String, Member> members() {
        return MEMBERS.entries(children.children());
    }

    /** Tells whether nothing is known that the view does not show yet. */
    public boolean isCurrent() {
        return freshness().isCurrent();
    }

    /** Returns how much the view can be relied on, and if it is out of date, why and since when. */
    public Freshness freshness() {
        return children.freshness();
    }

    /**
     * Waits until the view is current.
     *
     * @param atMost how long; zero or more
     * @return false if the time ran out; {@link #freshness()} says what is missing
     * @throws IllegalStateException if the view is closed
     */
    public boolean awaitCurrent(Duration atMost) throws InterruptedException {
        return children.awaitCurrent(atMost);
    }

    /**
     * Makes the view catch up with everything that was committed before this call.
     *
     * @return completes with the members; stays open while the client is not connected; fails only with
     *     {@link IllegalStateException} if the view is closed
     */
    public CompletionStage<SortedMap<String, Member>> refreshed() {
        return children.refreshed().thenApply(MEMBERS::entries);
    }

    /** Adds a listener; it is told the members that are there first. */
    public void addListener(GroupListener listener) {
        children.addListener(MEMBERS.telling(new Translation.Audience<>() {
            @Override
            public void joined(Member member) {
                listener.joined(member);
            }

            @Override
            public void left(Member member) {
                listener.left(member);
            }

            @Override
            public void updated(Member before, Member after) {
                listener.updated(before, after);
            }

            @Override
            public void bounced(Member before, Member after) {
                listener.left(before);
                listener.joined(after);
            }
        }));
    }

    /** Ends the view. Idempotent; nobody's membership is touched. */
    @Override
    public void close() {
        children.close();
    }

    @Override
    public String toString() {
        return children.toString();
    }
}
