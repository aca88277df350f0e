// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.error.FencedException;
import io.holdfast.recipes.grant.FencedTransaction;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.lock.FencedLock;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.data.Stat;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Counts in a node, one step each time it holds a lock. Start several of them: no step is lost or done twice. */
@Command(name = "hold-lock", mixinStandardHelpOptions = true, description = "Counts in a node under a lock.")
final class HoldLock implements Callable<Integer> {

    static final String COUNTER = "/samples/counter";

    private final PrintStream out;

    @Option(names = "--connect", required = true, paramLabel = "HOST:PORT[,...]", description = "The servers.")
    private String connect = "";

    @Option(names = "--name", description = "The member id. Default: ${DEFAULT-VALUE}.")
    private String name = "counter-1";

    @Option(names = "--steps", description = "How many steps to count. Default: ${DEFAULT-VALUE}.")
    private int steps = 10;

    HoldLock(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new HoldLock(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        // tag::lock[]
        try (HoldfastClient client = HoldfastClient.builder()
                .connectString(connect)
                .memberId(name)
                .build()
                .start()) {
            CuratorFramework curator = client.unwrap(CuratorFramework.class); // in the same session
            FencedLock lock = FencedLock.at(client, "/samples/lock");
            int counted = 0;
            while (counted < steps) {
                try (Grant grant = lock.acquire()) {
                    if (step(curator, grant.transaction()).commit().isCommitted()) {
                        counted++;
                        out.println(
                                name + " counted with token " + grant.token().value());
                    } // else our server was behind, and the version was not the newest: look again
                } catch (FencedException e) {
                    out.println(name + " lost the lock, and nothing was written: " + e.getMessage());
                }
            }
        }
        // end::lock[]
        return CommandLine.ExitCode.OK;
    }

    // tag::step[]
    private static FencedTransaction step(CuratorFramework curator, FencedTransaction transaction) throws Exception {
        if (curator.checkExists().forPath(COUNTER) == null) {
            return transaction.create(COUNTER, "1".getBytes(UTF_8));
        }
        Stat stat = new Stat();
        int count = Integer.parseInt(
                new String(curator.getData().storingStatIn(stat).forPath(COUNTER), UTF_8));
        return transaction.setData(COUNTER, String.valueOf(count + 1).getBytes(UTF_8), stat.getVersion());
    }
    // end::step[]
}
