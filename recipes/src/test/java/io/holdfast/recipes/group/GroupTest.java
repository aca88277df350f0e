// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.internal.view.Child;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.tag.TagFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupTest {

    private static final byte[] PAYLOAD = "payload".getBytes(StandardCharsets.UTF_8);

    private final HoldfastClient client = HoldfastClient.builder()
            .connectString("localhost:1")
            .memberId("member")
            .build();

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "groups", "/groups/", "/a//b", "/a/../b"})
    void aPathThatIsNoneIsRefusedByName(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Group.at(client, path))
                .withMessageContaining("path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "/", ".", "..", "a\u0000"})
    void aNameThatNoNodeCanHaveIsRefusedByName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Group.at(client, "/groups/a").join(name, PAYLOAD))
                .withMessageContaining("name");
    }

    @Test
    void nobodyJoinsWithAClientThatIsNotStarted() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Group.at(client, "/groups/a").join(PAYLOAD))
                .withMessageContaining("not started");
    }

    @Test
    void aMemberIsReadBehindItsTag() {
        EphemeralTag tag =
                new EphemeralTag("its-client", "0123456789abcdef", 7, "fedcba9876543210", Duration.ofSeconds(3));
        Member member =
                Member.of(child(TagFormat.envelope().encode(tag, PAYLOAD), 7)).orElseThrow();

        assertThat(member.name()).isEqualTo("a");
        assertThat(member.memberId()).contains("its-client");
        assertThat(member.payload()).isEqualTo(PAYLOAD);
        assertThat(member.session()).isEqualTo(new SessionId(7));
        assertThat(member.epoch()).isEqualTo(0x42);
    }

    @Test
    void aNodeWithoutATagIsAMemberWhosePayloadIsAllThereIs() {
        Member member = Member.of(child(PAYLOAD, 7)).orElseThrow();

        assertThat(member.memberId()).isEmpty();
        assertThat(member.payload()).isEqualTo(PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE})
    void aNodeThatNoSessionOwnsIsNoMember(long owner) {
        assertThat(Member.of(child(PAYLOAD, owner))).isEmpty();
    }

    private static Child child(byte[] data, long owner) {
        return new Child("a", new Znode("/groups/a", data, owner, 0x42, 0), true);
    }
}
