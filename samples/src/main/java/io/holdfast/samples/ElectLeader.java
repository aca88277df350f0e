// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.error.FencedException;
import io.holdfast.error.SessionNotConfirmedException;
import io.holdfast.recipes.election.LeaderElection;
import io.holdfast.recipes.grant.Grant;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Campaigns, does some work as the leader, resigns, and campaigns again. Start several of them with different names. */
@Command(name = "elect-leader", mixinStandardHelpOptions = true, description = "Leads, resigns, and campaigns again.")
final class ElectLeader implements Callable<Integer> {

    private final PrintStream out;

    @Option(names = "--connect", required = true, paramLabel = "HOST:PORT[,...]", description = "The servers.")
    private String connect = "";

    @Option(names = "--name", description = "The candidate's member id. Default: ${DEFAULT-VALUE}.")
    private String name = "candidate-1";

    @Option(names = "--terms", description = "How often to try to lead. Default: ${DEFAULT-VALUE}.")
    private int terms = 3;

    ElectLeader(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ElectLeader(System.out)).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        // tag::elect[]
        try (HoldfastClient client = HoldfastClient.builder()
                        .connectString(connect)
                        .memberId(name)
                        .build()
                        .start();
                LeaderElection election = LeaderElection.queued(client, "/samples/leader", name.getBytes(UTF_8))) {
            for (int i = 0; i < terms; i++) {
                try (Grant term = election.campaign()) { // waits for the head of the queue
                    out.println(name + " leads with token " + term.token().value());
                    for (int task = 1; task <= 3; task++) {
                        term.require(Duration.ofSeconds(1)); // throws unless the next second is certain
                        out.println(name + " does task " + task);
                    }
                    out.println(name + " resigns");
                } catch (FencedException | SessionNotConfirmedException e) {
                    out.println(name + " stops: " + e.getMessage()); // somebody else may lead now: campaign again
                }
            }
        }
        // end::elect[]
        return CommandLine.ExitCode.OK;
    }
}
