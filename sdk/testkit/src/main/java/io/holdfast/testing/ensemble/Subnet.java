// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network.Ipam;
import java.util.concurrent.ThreadLocalRandom;
import org.testcontainers.containers.Network;

/** A network of containers whose addresses are known before and stay the same. */
final class Subnet implements AutoCloseable {

    /** Set apart for measurements between networks (RFC 2544): no machine has a real neighbour there. */
    private static final String RANGE = "198.18.";

    private static final int ATTEMPTS = 20;

    private final Network network;
    private final String prefix;

    private Subnet(Network network, String prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    static Subnet create() {
        for (int attempt = 1; ; attempt++) {
            String prefix = RANGE + ThreadLocalRandom.current().nextInt(256) + ".";
            Network network = Network.builder()
                    .createNetworkCmdModifier(command -> command.withLabels(StarterLabel.ofThisProcess())
                            .withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(prefix + "0/24"))))
                    .build();
            try {
                // which makes it
                network.getId();
                return new Subnet(network, prefix);
            } catch (DockerException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                // Somebody has this one.
            }
        }
    }

    Network network() {
        return network;
    }

    String addressOf(int server) {
        return prefix + (10 + server);
    }

    void connect(String container, int server) {
        Engine.client()
                .connectToNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(container)
                .withContainerNetwork(new ContainerNetwork()
                        .withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(addressOf(server))))
                .exec();
    }

    void disconnect(String container) {
        Engine.client()
                .disconnectFromNetworkCmd()
                .withNetworkId(network.getId())
                .withContainerId(container)
                .exec();
    }

    @Override
    public void close() {
        network.close();
    }
}
