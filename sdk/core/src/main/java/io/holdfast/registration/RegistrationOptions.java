// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

import static java.util.Objects.requireNonNull;

import io.holdfast.tag.TagFormat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.ACL;

/**
 * How one registration is made and kept. Immutable and thread-safe; made by {@link #builder()}.
 *
 * @param isSequential whether ZooKeeper appends a number to the name. Default false.
 * @param format how the node says whose it is. Default {@link TagFormat#envelope()}.
 * @param acl the node's ACL; empty for what the client's ACL provider says of its path. Default empty.
 * @param parents what to do about missing parents. Default {@link Parents#PERSISTENT}.
 * @param conflicts what to do about nodes that may not be touched. Default: fail on another member's node, wait for one of
 *     our own member id for as long as it takes.
 * @param isOnce whether a node that was registered and is lost ends the registration, instead of being made again. Default
 *     false.
 * @param fence a persistent node whose version moves in every transaction that creates the node. Default none.
 * @param keepsTryingWhenRefused whether a refusal before the node was registered for the first time ends the registration
 *     (false) or is tried again as every later one is. Default false: a mistake must not hide.
 */
public record RegistrationOptions(
        boolean isSequential,
        TagFormat format,
        Optional<List<ACL>> acl,
        Parents parents,
        ConflictPolicy conflicts,
        boolean isOnce,
        Optional<String> fence,
        boolean keepsTryingWhenRefused) {

    /** Returns the options that apply when nothing is said. */
    public static RegistrationOptions defaults() {
        return builder().build();
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; not thread-safe. */
    public static final class Builder {

        private boolean isSequential;
        private TagFormat format = TagFormat.envelope();
        private Optional<List<ACL>> acl = Optional.empty();
        private Parents parents = Parents.PERSISTENT;
        private boolean waitsForForeign;
        private Optional<String> guardPath = Optional.empty();
        private Optional<Duration> waitLimit = Optional.empty();
        private boolean isOnce;
        private Optional<String> fence = Optional.empty();
        private boolean keepsTryingWhenRefused;

        private Builder() {}

        /**
         * Makes the node sequential: its name is the path asked for and a number of ten digits. With {@link
         * TagFormat#ownerOnly()} a node whose name was in a lost answer is known again by the path asked for, which then must
         * be used for nothing else: put something unique into it.
         */
        public Builder sequential() {
            isSequential = true;
            return this;
        }

        /** Sets where the node's data say whose it is. */
        public Builder format(TagFormat format) {
            this.format = requireNonNull(format, "format");
            return this;
        }

        /** Sets the node's ACL. */
        public Builder acl(List<ACL> acl) {
            this.acl = Optional.of(List.copyOf(requireNonNull(acl, "acl")));
            return this;
        }

        /** Sets what to do about missing parents. */
        public Builder parents(Parents parents) {
            this.parents = requireNonNull(parents, "parents");
            return this;
        }

        /** Waits until another member's node is gone, instead of failing at once. */
        public Builder waitForForeign() {
            waitsForForeign = true;
            return this;
        }

        /**
         * Replaces a node that carries our own member id and belongs to a session unknown to this process, once that session's
         * timeout and two ticks have passed. The owner may still be alive then: use it only where a member's newest process
         * is always the right one.
         *
         * @param guardPath a persistent node outside the directory of the registered ones, below the client's namespace as
         *     they are, created when first needed; all processes that may compete for the path use the same one
         */
        public Builder takeOverUnknownGhosts(String guardPath) {
            this.guardPath = Optional.of(requireNonNull(guardPath, "guardPath"));
            return this;
        }

        /**
         * Fails instead of waiting for any one node longer than this. Ghosts of known sessions are not waited for but ended,
         * so this does not apply to them.
         */
        public Builder waitLimit(Duration waitLimit) {
            this.waitLimit = Optional.of(requireNonNull(waitLimit, "waitLimit"));
            return this;
        }

        /**
         * Makes the node once: when it has been registered and is lost, to a deletion or with its session, the registration is
         * over ({@link RegistrationState.Lost}) instead of making another one. For rights that end with their node.
         */
        public Builder once() {
            isOnce = true;
            return this;
        }

        /**
         * Creates the node in one transaction with a step of this fence, so that others can tell this very node from every
         * later one: see {@link FenceVersion}. Servers from 3.4 on.
         *
         * @param path a persistent node, below the client's namespace as the registered ones are, created when first needed;
         *     one fence for each path, the same for all who may register there
         */
        public Builder fence(String path) {
            this.fence = Optional.of(requireNonNull(path, "fence"));
            return this;
        }

        /**
         * Keeps trying from the start when the ensemble refuses the node (its ACL, a quota, a missing chroot), instead of
         * failing before the first success. For processes that may start before their ensemble is prepared.
         */
        public Builder keepTryingWhenRefused() {
            keepsTryingWhenRefused = true;
            return this;
        }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if a value is out of range or two of them contradict each other
         */
        public RegistrationOptions build() {
            if (isSequential && fence.isPresent()) {
                throw new IllegalArgumentException("fence must be left out for a sequential node, but was \""
                        + fence.get() + "\": its name is never used again, and so needs none");
            }
            if (acl.isPresent() && acl.get().isEmpty()) {
                throw new IllegalArgumentException("acl must have at least one entry, but was empty");
            }
            guardPath.ifPresent(path -> requirePath(path, "guardPath"));
            fence.ifPresent(path -> requirePath(path, "fence"));
            if (waitLimit.isPresent()
                    && (waitLimit.get().isNegative() || waitLimit.get().isZero())) {
                throw new IllegalArgumentException("waitLimit must be positive, but was " + waitLimit.get());
            }
            return new RegistrationOptions(
                    isSequential,
                    format,
                    acl,
                    parents,
                    new ConflictPolicy(waitsForForeign, guardPath, waitLimit),
                    isOnce,
                    fence,
                    keepsTryingWhenRefused);
        }
    }

    /**
     * Refuses a path that {@code register} would refuse.
     *
     * @param name what the message calls the path
     * @throws IllegalArgumentException if it is not absolute, not well-formed or the root
     */
    public static void requirePath(String path, String name) {
        requireNonNull(path, name);
        try {
            PathUtils.validatePath(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    name + " must be an absolute ZooKeeper path such as /services/a, but was \"" + path + "\": "
                            + e.getMessage(),
                    e);
        }
        if (path.equals("/")) {
            throw new IllegalArgumentException(name + " must not be the root \"/\"");
        }
    }
}
