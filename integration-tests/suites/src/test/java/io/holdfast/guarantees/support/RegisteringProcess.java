// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import io.holdfast.HoldfastClient;
import io.holdfast.HoldfastClientBuilder;
import io.holdfast.event.HoldfastEvent.SessionChanged;
import io.holdfast.event.HoldfastEvent.SessionConfirmed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import kafka.cluster.Broker;
import kafka.zk.BrokerInfo;
import kafka.zk.KafkaZkClient;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.Time;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.NodeExistsException;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * A process that registers one node, with one library or another, and says on its standard output what happens. It ends
 * when its standard input does.
 */
public final class RegisteringProcess {

    /** With what a process registers its node. */
    public enum Library {
        HOLDFAST,
        PERSISTENT_NODE,
        KAFKA
    }

    /** The path that a Kafka broker of this id registers at, which the others use too. */
    public static final String PATH = "/brokers/ids/7";

    public static final String MEMBER_ID = "broker-7";
    public static final String NO_JOURNAL = "-";
    private static final Duration RETRY = Duration.ofMillis(50);

    private RegisteringProcess() {}

    /**
     * Registers and waits.
     *
     * @param args library, connect string, journal directory or {@value #NO_JOURNAL}; a fourth one makes it say that it is
     *     ready as soon as its session is confirmed, and register when it has been sent a line
     */
    public static void main(String[] args) throws Exception {
        CountDownLatch lines = new CountDownLatch(args.length > 3 ? 1 : 0);
        Thread registering = new Thread(() -> register(args, lines), "registering");
        registering.setDaemon(true);
        registering.start();
        for (int said = System.in.read(); said >= 0; said = System.in.read()) {
            if (said == '\n') {
                lines.countDown();
            }
        }
        System.exit(0);
    }

    private static void register(String[] args, CountDownLatch lines) {
        try {
            switch (Library.valueOf(args[0])) {
                case HOLDFAST -> holdfast(args[1], args[2], lines);
                case PERSISTENT_NODE -> persistentNode(args[1]);
                case KAFKA -> kafka(args[1]);
            }
        } catch (Exception e) {
            say("failed " + e);
        }
    }

    private static void holdfast(String connectString, String journal, CountDownLatch lines) throws Exception {
        HoldfastClientBuilder builder = SmallTicks.member(connectString, MEMBER_ID)
                .observer(event -> {
                    if (event instanceof SessionChanged changed
                            && changed.from().equals("Opening")) {
                        say("session " + SmallTicks.hex(event.sessionId()));
                    } else if (event instanceof SessionConfirmed) {
                        say("confirmed " + SmallTicks.hex(event.sessionId()));
                    }
                });
        if (!journal.equals(NO_JOURNAL)) {
            builder.journal(Path.of(journal));
        }
        HoldfastClient client = builder.build().start();
        if (lines.getCount() > 0) {
            client.awaitConfirmed(SmallTicks.PATIENCE);
            say("ready");
            lines.await();
        }
        client.register(PATH, data("holdfast"))
                .addListener((from, to) -> say(to.getClass().getSimpleName() + " " + to));
    }

    private static void persistentNode(String connectString) throws Exception {
        CuratorFramework client = SmallTicks.curator(connectString).build();
        client.getConnectionStateListenable().addListener((same, state) -> {
            if (state == ConnectionState.CONNECTED) {
                say("session " + SmallTicks.hex(SmallTicks.session(client)));
            }
        });
        client.start();
        PersistentNode node = new PersistentNode(client, CreateMode.EPHEMERAL, false, PATH, data("curator"));
        node.start();
    }

    private static void kafka(String connectString) throws Exception {
        KafkaZkClient client = kafkaClient(connectString);
        say("session " + SmallTicks.hex(client.currentZooKeeper().getSessionId()));
        while (true) {
            try {
                client.registerBroker(broker());
                return;
            } catch (Exception e) { // Scala declares nothing
                if (!(e instanceof NodeExistsException)) {
                    throw e;
                }
                Time.SYSTEM.sleep(RETRY.toMillis()); // the broker gives up here; whoever supervises it starts it again
            }
        }
    }

    public static KafkaZkClient kafkaClient(String connectString) {
        int timeout = (int) SmallTicks.SESSION_TIMEOUT.toMillis();
        return KafkaZkClient.apply(
                connectString,
                false,
                timeout,
                (int) SmallTicks.PATIENCE.toMillis(),
                10,
                Time.SYSTEM,
                "broker",
                new ZKClientConfig(),
                "kafka.server",
                "SessionExpireListener",
                false,
                true);
    }

    public static BrokerInfo broker() {
        return new BrokerInfo(
                new Broker(
                        7,
                        "localhost",
                        9092,
                        ListenerName.forSecurityProtocol(SecurityProtocol.PLAINTEXT),
                        SecurityProtocol.PLAINTEXT),
                5,
                -1);
    }

    private static byte[] data(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static synchronized void say(String line) {
        System.out.println(line.replace('\n', ' '));
    }
}
