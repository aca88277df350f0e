// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.grant;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.holdfast.HoldfastClient;
import io.holdfast.guarantees.support.Member;
import io.holdfast.guarantees.support.SmallTicks;
import io.holdfast.recipes.grant.Grant;
import io.holdfast.recipes.internal.grant.HeldGrant;
import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.Session;
import io.holdfast.spi.RecipeSupport;
import io.holdfast.tag.TagFormat;
import java.util.UUID;

/** The two kinds of grant there are, made as recipes make them. */
final class Grants {

    private Grants() {}

    /** A grant whose node has a name that is never used again: its fence is the node. */
    static Grant atUniqueNode(Member member, String directory) throws InterruptedException {
        return held(
                member,
                directory,
                directory + "/_c_" + UUID.randomUUID() + "-lock-",
                RegistrationOptions.builder().sequential());
    }

    /** A grant whose node always has the same name: its fence is another node, whose version moves with each grant. */
    static Grant atFixedNode(Member member, String path) throws InterruptedException {
        return held(
                member,
                path,
                path,
                RegistrationOptions.builder().waitForForeign().fence(fenceOf(path)));
    }

    static String fenceOf(String path) {
        return path + "-epoch";
    }

    private static Grant held(Member member, String path, String node, RegistrationOptions.Builder options)
            throws InterruptedException {
        HoldfastClient client = member.client();
        Registration registration = client.register(
                node,
                client.memberId().getBytes(UTF_8),
                options.format(TagFormat.ownerOnly()).once().build());
        RegisteredNode registered = registration.awaitRegistered(SmallTicks.PATIENCE);
        Session session =
                client.unwrap(RecipeSupport.class).session(registered.session()).orElseThrow();
        return HeldGrant.over(
                client.unwrap(RecipeSupport.class),
                session,
                registration,
                registered,
                registered.checks(),
                registration::closeAsync,
                path);
    }
}
