// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.session.Znode;
import io.holdfast.tag.EphemeralTag;
import io.holdfast.tag.TagFormat;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds nodes in our session that carry this run's tag although no registration remembers them, and deletes them. Other
 * users of the same session, such as recipes on the same client, leave no such tag and are not touched.
 */
final class StrayNodeReaper {

    private static final Logger LOG = LoggerFactory.getLogger(StrayNodeReaper.class);

    private final RegistrationContext context;
    private final Set<TagFormat> formats = ConcurrentHashMap.newKeySet();

    /** Paths that were read and are somebody else's; confined to the loop. */
    private final Set<String> notOurs = new HashSet<>();

    StrayNodeReaper(RegistrationContext context) {
        this.context = context;
    }

    /** A node of ours may carry its tag in this format. */
    void mayCarry(TagFormat format) {
        if (format.carriesTag()) {
            formats.add(format);
        }
    }

    void reap(LiveSession session, Set<String> present, Collection<RegistrationDriver> drivers) {
        Set<String> remembered =
                drivers.stream().flatMap(driver -> driver.ownPath().stream()).collect(Collectors.toSet());
        Set<String> nonces = drivers.stream().map(RegistrationDriver::nonce).collect(Collectors.toSet());
        notOurs.retainAll(present);
        for (String path : present) {
            if (!remembered.contains(path) && !notOurs.contains(path)) {
                var unused = session.ops()
                        .read(path)
                        .thenAcceptAsync(found -> found.ifPresent(node -> judge(session, node, nonces)), context.loop())
                        .whenComplete((done, failure) -> tellFailure(path, "read", failure));
            }
        }
    }

    /** @param nonces of the registrations when the session's nodes were listed: no later one can have made one of them */
    private void judge(LiveSession session, Znode node, Set<String> nonces) {
        Optional<EphemeralTag> tag = formats.stream()
                .flatMap(format -> format.tag(node.data()).stream())
                .filter(made -> made.incarnation().equals(context.member().incarnation()))
                .findFirst();
        if (tag.isEmpty()) {
            notOurs.add(node.path());
        } else if (node.owner() == session.id().value()
                && !nonces.contains(tag.get().nonce())) {
            var unused = session.ops()
                    .delete(node.path(), node.version())
                    .whenComplete((done, failure) -> tellFailure(node.path(), "deleted", failure));
        }
    }

    private static void tellFailure(String path, String what, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.info(
                    "path={} of this session, which no registration remembers, could not be {}: {}; the next audit tries again",
                    path,
                    what,
                    UserCode.why(failure));
        }
    }
}
