// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.HoldfastClient;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The shortest program that registers something. */
final class FirstSteps {

    private FirstSteps() {}

    static void serve(byte[] address, CountDownLatch untilStopped) throws InterruptedException {
        // tag::serve[]
        try (HoldfastClient client = HoldfastClient.builder()
                .connectString("zk1:2181,zk2:2181,zk3:2181")
                .memberId("server-7") // who you are: it outlives the process
                .build()
                .start()) {
            Registration registration = client.register("/servers/7", address);
            RegisteredNode node = registration.awaitRegistered(Duration.ofSeconds(30));
            System.out.println(node.path() + " is ours, its token is " + node.czxid());
            untilStopped.await(); // the node is kept meanwhile, whatever happens to the session
        }
        // end::serve[]
    }
}
