// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.curator.HoldfastClient;
import io.holdfast.ephemeral.RegisteredNode;
import io.holdfast.ephemeral.Registration;
import io.holdfast.ephemeral.RegistrationOptions;
import io.holdfast.tag.TagFormat;
import java.nio.file.Path;
import java.time.Duration;

/** Registers a Kafka broker, its JSON untouched, until interrupted. Arguments: connect string, journal directory. */
final class RegisterBroker {

    private static final String JSON = """
            {"version":5,"host":"kafka7","port":9092,"jmx_port":-1,"timestamp":"1700000000000","features":{},\
            "endpoints":["PLAINTEXT://kafka7:9092"],"listener_security_protocol_map":{"PLAINTEXT":"PLAINTEXT"}}""";

    private RegisterBroker() {}

    public static void main(String[] arguments) throws InterruptedException {
        String servers = arguments[0];
        Path journal = Path.of(arguments[1]);
        // tag::register[]
        try (HoldfastClient client = HoldfastClient.builder()
                .connectString(servers)
                .memberId("broker-7")
                .journal(journal) // so that a restart ends the sessions of the run before
                .build()
                .start()) {
            Runtime.getRuntime().addShutdownHook(new Thread(client::close));
            RegistrationOptions untouched =
                    RegistrationOptions.builder().format(TagFormat.ownerOnly()).build();
            Registration broker = client.register("/brokers/ids/7", JSON.getBytes(UTF_8), untouched);
            RegisteredNode node = broker.awaitRegistered(Duration.ofSeconds(30));
            System.out.println("broker epoch " + node.czxid() + ", owner " + node.session());
            Thread.currentThread().join(); // until interrupted
        }
        // end::register[]
    }
}
