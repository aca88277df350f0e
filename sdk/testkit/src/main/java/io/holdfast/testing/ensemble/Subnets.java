// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

/**
 * The two networks of one ensemble.
 *
 * @param clients between the servers and whoever uses them
 * @param peers between the servers
 */
record Subnets(Subnet clients, Subnet peers) implements AutoCloseable {

    static Subnets create() {
        Subnet clients = Subnet.create();
        try {
            return new Subnets(clients, Subnet.create());
        } catch (RuntimeException e) {
            clients.close();
            throw e;
        }
    }

    Subnet of(Link link) {
        return link == Link.CLIENTS ? clients : peers;
    }

    @Override
    public void close() {
        clients.close();
        peers.close();
    }
}
