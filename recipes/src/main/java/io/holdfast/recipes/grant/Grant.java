// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.grant;

import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * A right that this client was given: a held lock, a term of leadership, a registered broker. It belongs to one session, is
 * verified when it is handed out and watched from then on. It ends once, for whatever {@linkplain GrantEnd reason}, and
 * never comes back: a lock that is taken again is another grant, with a greater token.
 *
 * <p><b>Thread-safety:</b> every method may be called from any thread, and a grant may be handed from one thread to another.
 * <b>Blocking:</b> only {@link #release()} and {@link #close()} block. {@link #ended()} completes on a thread of
 * {@link java.util.concurrent.ForkJoinPool#commonPool()}.
 *
 * <p><b>The deadline.</b> A grant ends by itself when nothing was heard of a quorum for the session timeout less the safety
 * margin, on the monotonic clock. It is counted from when an answered write was <em>sent</em>, and only once a later one was
 * answered too, because the attached server tells the leader of its clients only now and then. The ensemble expires a session
 * no earlier than its timeout after the leader was told of it, so it cannot give the right to another before that. What this
 * rests on is in docs/guarantees.md, R8. The deadline is checked whenever the
 * grant is asked, so a process that was paused past it does not see it held once it runs again.
 *
 * <p><b>Not promised:</b> that the right is still held when you act on the answer. A process can be paused between the two
 * for longer than its session lives, and an operator can delete the node at any moment. Send what you write to ZooKeeper
 * in a {@link #transaction()} of the grant, and hand its {@link #token()} to everything else, which must refuse older tokens.
 *
 * @see "section 5 of the protocol: knowing when to stop"
 * @see "docs/adr/0017-what-a-deadline-is-counted-from.md"
 */
public interface Grant extends AutoCloseable {

    /** Returns what the right is for: the path as its recipe was given it, below the client's namespace. */
    String path();

    /** Returns the member id of the client that holds it. */
    String holder();

    /** Returns the session it is held in. */
    SessionId session();

    /** Returns the token: greater than that of every earlier grant of the path. */
    FencingToken token();

    /** Returns its state, at this moment and by this process's clock. */
    GrantState state();

    /** Returns whether it has not ended. */
    boolean isHeld();

    /** Returns how long it lasts at least if nobody touches its node; {@link Duration#ZERO} once it has ended. */
    Duration remaining();

    /**
     * Throws unless it lasts at least {@code needed}, if nobody touches its node. To be called before each piece of work.
     *
     * @param needed how long the work may take; zero or more
     * @throws io.holdfast.error.FencedException if it has ended: stop
     * @throws io.holdfast.error.SessionNotConfirmedException if it may end sooner: do not begin, ask again a little later
     * @throws IllegalArgumentException if {@code needed} is negative
     */
    void require(Duration needed);

    /** Returns a stage that completes, never exceptionally, when it has ended. */
    CompletionStage<GrantEnd> ended();

    /** Returns a new transaction that is carried out only while this very grant lasts. */
    FencedTransaction transaction();

    /**
     * Gives the right back.
     *
     * @return completes when its node is known to be gone; fails with a {@link io.holdfast.error.FencedException} if it had
     *     ended before, so that the work done under it may have overlapped with another holder's
     * @throws IllegalStateException if it was released or closed before
     */
    CompletionStage<Void> releaseAsync();

    /**
     * As {@link #releaseAsync()}, and waits for the ensemble to agree, but no longer than the right could have lasted. If the
     * connection is down, the client keeps deleting the node in the background, and it goes with its session at the
     * latest.
     *
     * @throws io.holdfast.error.FencedException if it had ended before
     * @throws IllegalStateException if it was released or closed before
     */
    void release();

    /**
     * As {@link #release()}, but idempotent, and silent about a grant that has ended. An interrupted thread returns at once,
     * with its interrupt flag set.
     */
    @Override
    void close();
}
