// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.docs;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.group.Group;
import io.holdfast.recipes.group.Member;
import io.holdfast.recipes.group.Membership;
import io.holdfast.recipes.view.LiveView;
import java.time.Duration;
import java.util.Set;

/** Looking at a group, and staying in it. */
final class Groups {

    private Groups() {}

    static Set<String> whoIsThere(HoldfastClient client) throws InterruptedException {
        // tag::view[]
        try (LiveView<String, Member> view = Group.at(client, "/workers").watch()) {
            if (!view.awaitCurrent(Duration.ofSeconds(10))) {
                System.out.println("out of date: " + view.freshness());
            }
            return view.entries().keySet();
        }
        // end::view[]
    }

    static void update(Membership own, byte[] load) throws InterruptedException {
        // tag::update[]
        own.update(load, Duration.ofSeconds(10)); // this node, and every one that replaces it
        // end::update[]
    }
}
