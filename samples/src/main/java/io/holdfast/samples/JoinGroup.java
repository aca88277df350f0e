// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.group.Group;
import io.holdfast.recipes.group.Member;
import io.holdfast.recipes.group.Membership;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.recipes.view.ViewListener;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Joins a group and tells who comes and goes, until interrupted. Start several of them with different names. */
@Command(name = "join-group", mixinStandardHelpOptions = true, description = "Joins a group and tells who is in it.")
final class JoinGroup implements Callable<Integer> {

    private final PrintStream out;

    @Option(names = "--connect", required = true, paramLabel = "HOST:PORT[,...]", description = "The servers.")
    private String connect = "";

    @Option(names = "--name", description = "The member id. Default: ${DEFAULT-VALUE}.")
    private String name = "worker-1";

    JoinGroup(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new JoinGroup(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        // tag::join[]
        try (HoldfastClient client = HoldfastClient.builder()
                .connectString(connect)
                .memberId(name)
                .build()
                .start()) {
            Runtime.getRuntime().addShutdownHook(new Thread(client::close));
            Group group = Group.at(client, "/samples/workers");
            try (LiveView<String, Member> view = group.watch(new Telling());
                    Membership own = group.join("10.0.0.7:9092".getBytes(UTF_8))) {
                own.awaitJoined(Duration.ofSeconds(30));
                out.println(name + " is in, and sees " + view.entries().keySet());
                Thread.currentThread().join(); // until interrupted
            }
        }
        // end::join[]
        return CommandLine.ExitCode.OK;
    }

    // tag::listener[]
    private final class Telling implements ViewListener<Member> {
        @Override
        public void joined(Member member) {
            out.println(name + " sees " + member.name() + " at " + new String(member.payload(), UTF_8));
        }

        @Override
        public void left(Member member) {
            out.println(name + " misses " + member.name());
        }
    }
    // end::listener[]
}
