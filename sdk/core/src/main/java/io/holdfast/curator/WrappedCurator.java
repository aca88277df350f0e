// SPDX-License-Identifier: Apache-2.0
package io.holdfast.curator;

import static java.util.Objects.requireNonNull;

import org.apache.curator.framework.CuratorFrameworkFactory;

/**
 * A Curator configuration of the application's, as the base of a {@link io.holdfast.HoldfastClient}: connect string, namespace,
 * session timeout, ACL provider, authorization, retry policy and ZooKeeper client configuration are taken from it and apply to
 * registrations too. What the client's builder sets as well is taken from there.
 *
 * <p>The Curator builder is changed on the way, and its {@code zookeeperFactory} must be the default one. Use it for one client
 * alone. Not thread-safe, as the Curator builder is not.
 */
public final class WrappedCurator {

    private final CuratorFrameworkFactory.Builder builder;

    private WrappedCurator(CuratorFrameworkFactory.Builder builder) {
        this.builder = builder;
    }

    /** Wraps a Curator builder. Sends nothing. */
    public static WrappedCurator of(CuratorFrameworkFactory.Builder builder) {
        return new WrappedCurator(requireNonNull(builder, "builder"));
    }

    /** Returns the Curator builder. */
    public CuratorFrameworkFactory.Builder builder() {
        return builder;
    }
}
