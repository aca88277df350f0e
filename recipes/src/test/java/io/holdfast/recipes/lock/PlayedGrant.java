// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.lock;

import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.FencingToken;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.grant.GrantEnd;
import io.holdfast.recipes.grant.GrantState;
import io.holdfast.session.SessionId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A grant that lasts as long as the test says, and counts how often it is given back. */
final class PlayedGrant implements Grant {

    private final CompletableFuture<GrantEnd> ended = new CompletableFuture<>();
    private GrantState state = new GrantState.Held();
    private int releases;

    void ends(GrantEnd why) {
        state = state.ended(why);
        ended.complete(why);
    }

    int releases() {
        return releases;
    }

    @Override
    public String path() {
        return "/locks/a";
    }

    @Override
    public String holder() {
        return "me";
    }

    @Override
    public SessionId session() {
        return new SessionId(7);
    }

    @Override
    public FencingToken token() {
        return new FencingToken(100);
    }

    @Override
    public GrantState state() {
        return state;
    }

    @Override
    public boolean isHeld() {
        return !state.isOver();
    }

    @Override
    public Duration remaining() {
        return Duration.ofSeconds(2);
    }

    @Override
    public void require(Duration needed) {
        if (!isHeld()) {
            throw new FencedException(path(), 100, "scripted", null);
        }
    }

    @Override
    public CompletionStage<GrantEnd> ended() {
        return ended.copy();
    }

    @Override
    public FencedTransaction transaction() {
        throw new UnsupportedOperationException("nothing is sent");
    }

    @Override
    public CompletionStage<Void> releaseAsync() {
        release();
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void release() {
        releases++;
        if (!isHeld()) {
            throw new FencedException(path(), 100, "scripted", null);
        }
        ends(GrantEnd.RELEASED);
    }

    @Override
    public void close() {
        releases++;
        ends(GrantEnd.RELEASED);
    }
}
