// SPDX-License-Identifier: Apache-2.0
package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.holdfast.curator.ConfirmingZookeeperFactory;
import io.holdfast.curator.WrappedCurator;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.spi.RecipeSupport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.curator.ensemble.fixed.FixedEnsembleProvider;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ZKConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Building sends nothing, so no server is needed to see what is refused. */
class HoldfastClientBuilderTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                row("connectString", "\"\"", "host:port", builder -> builder.connectString("")),
                row("connectString", "\"zk1:x\"", "between 1 and 65535", builder -> builder.connectString("zk1:x")),
                row("memberId", "\"a b\"", "A-Z a-z 0-9", builder -> builder.memberId("a b")),
                row("memberId", "\"\"", "1 to 128 characters", builder -> builder.memberId("")),
                row("namespace", "\"a//b\"", "without its leading slash", builder -> builder.namespace("a//b")),
                row("namespace", "\"/a\"", "without its leading slash", builder -> builder.namespace("/a")),
                row("sessionTimeout", "PT0S", "positive", builder -> builder.sessionTimeout(Duration.ZERO)),
                row(
                        "sessionTimeout",
                        "PT720H",
                        "between 1 ms and 2147483647 ms",
                        builder -> builder.sessionTimeout(Duration.ofDays(30))),
                row("confirmTimeout", "PT-1S", "positive", builder -> builder.confirmTimeout(Duration.ofSeconds(-1))),
                row("serverTick", "PT0S", "positive", builder -> builder.serverTick(Duration.ZERO)),
                row(
                        "safetyMargin",
                        "PT1S",
                        "at least serverTick (PT2S)",
                        builder -> builder.safetyMargin(Duration.ofSeconds(1))),
                row(
                        "safetyMargin",
                        "PT3S",
                        "shorter than sessionTimeout (PT3S)",
                        builder -> builder.sessionTimeout(Duration.ofSeconds(3))),
                row(
                        "auditInterval",
                        "PT-1S",
                        "zero (off) or at least PT1S",
                        builder -> builder.auditInterval(Duration.ofSeconds(-1))),
                row(
                        "auditInterval",
                        "PT0.001S",
                        "at least PT1S",
                        builder -> builder.auditInterval(Duration.ofMillis(1))),
                row("pathBudget", "1023", "between 1024 bytes and", builder -> builder.pathBudget(1023)),
                row("pathBudget", "2000000", "jute.maxbuffer (1048575)", builder -> builder.pathBudget(2_000_000)),
                row("pathBudget", "524288", "jute.maxbuffer (100000)", builder -> builder.zkClientConfig(small())));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("refused")
    void saysWhichSettingItRefusesItsValueAndWhatIsAllowed(
            String setting, String value, String allowed, Consumer<HoldfastClientBuilder> set) {
        HoldfastClientBuilder builder = builder();
        set.accept(builder);

        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith(setting + " must be")
                .withMessageContaining(value)
                .withMessageContaining(allowed);
    }

    @Test
    void aMemberHasOneJournal(@TempDir Path directory) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder()
                        .journal(directory.resolve("journal"))
                        .journalInEnsemble("/journal")
                        .build())
                .withMessageStartingWith(
                        "journalInEnsemble must be left out where journal is set, but was \"/journal\"")
                .withMessageContaining(directory.toString());
        assertThat(directory).isEmptyDirectory();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfirmingZookeeperFactory.builder()
                        .journal(directory, "broker-7")
                        .journalInEnsemble("/journal", "broker-7", Ids.OPEN_ACL_UNSAFE)
                        .build())
                .withMessageStartingWith("journalInEnsemble must be left out where journal is set");
    }

    @Test
    void aJournalInTheEnsembleHasAPathOfItsOwn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().journalInEnsemble("/"))
                .withMessage("journalInEnsemble must not be the root \"/\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().journalInEnsemble("journal"))
                .withMessageStartingWith("journalInEnsemble must be an absolute ZooKeeper path")
                .withMessageContaining("\"journal\"");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> HoldfastClient.builder().connectString("zk1:2181").build())
                .withMessageStartingWith("memberId must be 1 to 128 characters");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HoldfastClient.builder().memberId("broker-7").build())
                .withMessageStartingWith("connectString must be");
    }

    @Test
    void namesASettingThatIsNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> builder().sessionTimeout(null))
                .withMessage("sessionTimeout");
        assertThatNullPointerException().isThrownBy(() -> builder().pace(null)).withMessage("pace");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().confirm(null))
                .withMessage("confirm");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().journal(null))
                .withMessage("journal");
        assertThatNullPointerException()
                .isThrownBy(() -> builder().observer(null))
                .withMessage("observer");
    }

    @Test
    void acceptsEachBound() {
        HoldfastClient client = builder()
                .sessionTimeout(Duration.ofMillis(Integer.MAX_VALUE))
                .serverTick(Duration.ofMillis(1))
                .safetyMargin(Duration.ofMillis(1))
                .auditInterval(Duration.ZERO)
                .pathBudget(1024)
                .build();

        assertThat(client.memberId()).isEqualTo("broker-7");
        assertThat(client.sessions()).isEmpty();
        assertThat(client.toString()).contains("no session yet");
        client.close();
    }

    @Test
    void takesOverWhatTheWrappedBuilderSays() {
        HoldfastClient client = HoldfastClient.builder()
                .curator(WrappedCurator.of(CuratorFrameworkFactory.builder()
                        .connectString("zk9:2181/chroot")
                        .namespace("app")
                        .sessionTimeoutMs(12_345)
                        .retryPolicy(new RetryOneTime(1))))
                .memberId("broker-7")
                .build();

        assertThat(client.unwrap(CuratorFramework.class).getNamespace()).isEqualTo("app");
        assertThat(client.toString()).contains("broker-7", "zk9:2181/chroot");
        client.close();
    }

    @Test
    void whatIsSetOutrightComesBeforeTheWrappedBuilder() {
        HoldfastClient client = HoldfastClient.builder()
                .curator(WrappedCurator.of(CuratorFrameworkFactory.builder()
                        .ensembleProvider(new FixedEnsembleProvider("zk9:2181"))
                        .namespace("theirs")
                        .retryPolicy(new RetryOneTime(1))))
                .namespace("ours")
                .memberId("broker-7")
                .build();

        assertThat(client.unwrap(CuratorFramework.class).getNamespace()).isEqualTo("ours");
        assertThat(client.toString()).contains("zk9:2181");
        client.close();
    }

    @Test
    void refusesAWrappedBuilderWithAFactoryOfItsOwn() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HoldfastClient.builder()
                        .curator(WrappedCurator.of(CuratorFrameworkFactory.builder()
                                .connectString("zk1:2181")
                                .zookeeperFactory(new ConfirmingZookeeperFactory())))
                        .memberId("broker-7")
                        .build())
                .withMessageStartingWith("zookeeperFactory of the wrapped Curator builder must be the default");
    }

    @Test
    void isUnwrappedToWhatStandsBehindItAndToNothingElse() {
        HoldfastClient client = builder().build();

        assertThat(client.unwrap(RecipeSupport.class).memberId()).isEqualTo("broker-7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> client.unwrap(String.class))
                .withMessageContaining("java.lang.String")
                .withMessageContaining("CuratorFramework");
        client.close();
    }

    @Test
    void doesNothingBeforeItIsStarted() {
        HoldfastClient client = builder().build();

        assertThatIllegalStateException()
                .isThrownBy(() -> client.register("/a", new byte[0]))
                .withMessageContaining("broker-7")
                .withMessageContaining("not started")
                .withMessageContaining("register /a");
        assertThatIllegalStateException()
                .isThrownBy(() -> client.awaitConfirmed(Duration.ZERO))
                .withMessageContaining("not started");
    }

    @Test
    void doesNothingAfterItIsClosedAndClosesOnce() {
        HoldfastClient client = builder().build();
        client.close();
        client.close();

        assertThatIllegalStateException().isThrownBy(client::start).withMessageContaining("closed before");
        assertThatIllegalStateException()
                .isThrownBy(() -> client.register("/a", () -> new byte[0], RegistrationOptions.defaults()))
                .withMessageContaining("closed");
    }

    private static HoldfastClientBuilder builder() {
        return HoldfastClient.builder().connectString("zk1:2181").memberId("broker-7");
    }

    private static ZKClientConfig small() {
        ZKClientConfig config = new ZKClientConfig();
        config.setProperty(ZKConfig.JUTE_MAXBUFFER, "100000");
        return config;
    }

    private static Arguments row(String setting, String value, String allowed, Consumer<HoldfastClientBuilder> set) {
        return Arguments.of(setting, value, allowed, set);
    }
}
