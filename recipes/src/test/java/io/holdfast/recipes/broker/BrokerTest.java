// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.internal.view.Child;
import io.holdfast.session.SessionId;
import io.holdfast.session.Znode;
import io.holdfast.spi.RecipeSupport;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerTest {

    private static final byte[] PAYLOAD = {1, 2, 3};

    private final HoldfastClient client = HoldfastClient.builder()
            .connectString("localhost:1")
            .memberId("member")
            .build();

    @ParameterizedTest
    @ValueSource(strings = {"0", "7", "1001", "2147483647"})
    void aChildNamedAsANumberIsABroker(String name) {
        Broker broker = Broker.of(child(name, 9)).orElseThrow();

        assertThat(broker.id()).isEqualTo(Integer.parseInt(name));
        assertThat(broker.payload()).isEqualTo(PAYLOAD);
        assertThat(broker.epoch()).isEqualTo(0x42);
        assertThat(broker.session()).isEqualTo(new SessionId(9));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "007", "+7", "7a", "seven", "2147483648", "99999999999999999999", "\u0667"})
    void aChildNamedOtherwiseIsNone(String name) {
        assertThat(Broker.of(child(name, 9))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Long.MIN_VALUE})
    void aNodeThatNoSessionOwnsIsNone(long owner) {
        assertThat(Broker.of(child("7", owner))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "brokers", "/brokers/ids/", "//"})
    void aPathThatIsNoneIsRefusedByName(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerRegistry.at(client, path))
                .withMessageContaining("path");
    }

    @Test
    void anIdBelowZeroIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BrokerRegistry.at(client, "/brokers/ids").register(-1, PAYLOAD))
                .withMessageContaining("id")
                .withMessageContaining("-1");
    }

    @Test
    void nobodyRegistersWithAClientThatIsNotStarted() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> BrokerRegistry.at(client, "/brokers/ids").register(1, PAYLOAD))
                .withMessageContaining("not started");
    }

    @Test
    void aWaitThatIsNoneIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DuplicateId.WaitAtMost(Duration.ZERO))
                .withMessageContaining("atMost")
                .withMessageContaining("Refuse");
    }

    @Test
    void aGhostIsGivenTheSessionTimeoutAndTwoTicks() {
        HoldfastClient small = HoldfastClient.builder()
                .connectString("localhost:1")
                .memberId("member")
                .sessionTimeout(Duration.ofSeconds(6))
                .safetyMargin(Duration.ofSeconds(1))
                .serverTick(Duration.ofMillis(500))
                .build();

        assertThat(small.unwrap(RecipeSupport.class).ghostLife()).isEqualTo(Duration.ofSeconds(7));
    }

    private static Child child(String name, long owner) {
        return new Child(name, new Znode("/brokers/ids/" + name, PAYLOAD, owner, 0x42, 0), true);
    }
}
