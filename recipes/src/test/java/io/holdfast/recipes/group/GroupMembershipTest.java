// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.group;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.recipes.view.LiveView;
import io.holdfast.recipes.view.ViewListener;
import io.holdfast.registration.RegistrationState;
import io.holdfast.testing.recipe.FakeClient;
import io.holdfast.testing.recipe.FakeEnsemble;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupMembershipTest {

    private final FakeEnsemble ensemble = new FakeEnsemble();
    private final FakeClient one = ensemble.client("one");
    private final FakeClient two = ensemble.client("two");
    private final List<String> told = new ArrayList<>();
    private final LiveView<String, Member> view = Group.at(two, "/group").watch(new ViewListener<>() {
        @Override
        public void joined(Member member) {
            told.add("joined " + member.name());
        }

        @Override
        public void left(Member member) {
            told.add("left " + member.name());
        }

        @Override
        public void updated(Member before, Member after) {
            told.add("updated " + after.name() + " to " + new String(after.payload(), UTF_8));
        }
    });

    @Test
    void membersAreSeenToJoinChangeAndLeave() {
        ensemble.runAll();
        assertThat(view.entries()).isEmpty();
        Membership member = Group.at(one, "/group").join("a".getBytes(UTF_8));
        ensemble.runAll();
        assertThat(view.entries().get("one").payload()).isEqualTo("a".getBytes(UTF_8));

        var unused = member.updateAsync("b".getBytes(UTF_8));
        ensemble.runAll();
        var unusedToo = member.leaveAsync();
        ensemble.runAll();

        assertThat(told).containsExactly("joined one", "updated one to b", "left one");
        assertThat(ensemble.children("/group")).isEmpty();
    }

    @Test
    void aMemberWhoseNodeOrSessionIsLostIsBackWithAGreaterEpoch() {
        Membership member = Group.at(one, "/group").join(new byte[0]);
        ensemble.runAll();
        long first = view.entries().get("one").epoch();

        one.expire();
        ensemble.runAll();
        long second = view.entries().get("one").epoch();
        ensemble.delete("/group/one");
        ensemble.runAll();

        assertThat(second).isGreaterThan(first);
        assertThat(view.entries().get("one").epoch()).isGreaterThan(second);
        assertThat(member.state()).isInstanceOf(RegistrationState.Registered.class);
    }

    @Test
    void aSecondMemberOfTheSameNameWaitsVisibly() {
        Membership first = Group.at(one, "/group").join("same", new byte[0]);
        ensemble.runAll();
        FakeClient again = new FakeClient(ensemble, "one", "");
        again.start();
        Membership second = Group.at(again, "/group").join("same", new byte[0]);
        ensemble.runAll();
        assertThat(second.state()).isInstanceOf(RegistrationState.Waiting.class);

        first.close();
        ensemble.runAll();

        assertThat(second.state()).isInstanceOf(RegistrationState.Registered.class);
    }

    @Test
    void theViewIsOutOfDateWithoutAConnectionAndExactAfterwards() {
        Membership member = Group.at(one, "/group").join(new byte[0]);
        ensemble.runAll();
        two.suspend();
        member.close();
        ensemble.runAll();
        assertThat(view.isCurrent()).isFalse();
        assertThat(view.entries()).containsOnlyKeys("one");

        two.resume();
        ensemble.runAll();

        assertThat(view.isCurrent()).isTrue();
        assertThat(view.entries()).isEmpty();
    }
}
