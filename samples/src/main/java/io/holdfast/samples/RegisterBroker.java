// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.broker.BrokerRegistration;
import io.holdfast.recipes.broker.BrokerRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Registers a Kafka broker, its JSON untouched, until interrupted. */
@Command(
        name = "register-broker",
        mixinStandardHelpOptions = true,
        description = "Registers broker 7 until interrupted.")
final class RegisterBroker implements Callable<Integer> {

    private static final String JSON = """
            {"version":5,"host":"kafka7","port":9092,"jmx_port":-1,"timestamp":"1700000000000","features":{},\
            "endpoints":["PLAINTEXT://kafka7:9092"],"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"}}""";

    @Option(names = "--connect", required = true, paramLabel = "HOST:PORT[,...]", description = "The servers.")
    private String servers = "";

    @Option(names = "--journal", required = true, description = "A directory that outlives the process.")
    private Path journal = Path.of("");

    RegisterBroker() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new RegisterBroker()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        // tag::register[]
        try (HoldfastClient client = HoldfastClient.builder()
                        .connectString(servers)
                        .memberId("broker-7")
                        .journal(journal) // so that a restart ends the sessions of the run before
                        .build()
                        .start();
                BrokerRegistration broker =
                        BrokerRegistry.at(client, "/brokers/ids").register(7, JSON.getBytes(UTF_8))) {
            Runtime.getRuntime().addShutdownHook(new Thread(client::close));
            broker.onEpoch(epoch ->
                    System.out.println("broker epoch " + epoch.token().value() + ", owner " + epoch.session()));
            broker.awaitRegistered(Duration.ofSeconds(30));
            Thread.currentThread().join(); // until interrupted
        }
        // end::register[]
        return CommandLine.ExitCode.OK;
    }
}
