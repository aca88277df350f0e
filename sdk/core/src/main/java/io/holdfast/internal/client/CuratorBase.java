// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import io.holdfast.internal.handle.SessionSupervisor;
import io.holdfast.session.SessionSettings;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.retry.ExponentialBackoffRetry;
import org.apache.curator.utils.DefaultZookeeperFactory;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/** The Curator configuration that a client is built on: a fresh one, or the application's own. Not thread-safe. */
public final class CuratorBase {

    private final CuratorFrameworkFactory.Builder curator;
    private final boolean isWrapping;

    /** @param wrapped the application's own, null for a fresh one */
    public CuratorBase(CuratorFrameworkFactory.@Nullable Builder wrapped) {
        isWrapping = wrapped != null;
        curator = wrapped == null
                ? CuratorFrameworkFactory.builder()
                        .retryPolicy(new ExponentialBackoffRetry(100, 10, 5_000))
                        .ensembleTracker(false)
                : wrapped;
        if (isWrapping && !(curator.getZookeeperFactory() instanceof DefaultZookeeperFactory)) {
            throw new IllegalArgumentException(
                    "zookeeperFactory of the wrapped Curator builder must be the default, but was "
                            + curator.getZookeeperFactory() + ": the client puts its own there");
        }
    }

    /** Returns the connect string that it has, empty for none. */
    public String connectString() {
        return isWrapping && curator.getEnsembleProvider() != null
                ? curator.getEnsembleProvider().getConnectionString()
                : "";
    }

    public @Nullable String namespace() {
        return curator.getNamespace();
    }

    public Duration sessionTimeout() {
        return isWrapping
                ? Duration.ofMillis(curator.getSessionTimeoutMs())
                : SessionSettings.defaults().sessionTimeout();
    }

    public ZKClientConfig zkClientConfig() {
        return curator.getZkClientConfig() == null ? new ZKClientConfig() : curator.getZkClientConfig();
    }

    public Function<String, List<ACL>> aclFor() {
        ACLProvider acls = curator.getAclProvider();
        return path -> acls.getAclForPath(path) == null ? acls.getDefaultAcl() : acls.getAclForPath(path);
    }

    public void connectString(String servers) {
        curator.connectString(servers);
    }

    public void namespace(String below) {
        curator.namespace(below);
    }

    public void zkClientConfig(ZKClientConfig config) {
        curator.zkClientConfig(config);
    }

    public void authorization(String scheme, byte[] auth) {
        curator.authorization(scheme, auth);
    }

    public void aclFor(Function<String, List<ACL>> aclFor) {
        curator.aclProvider(new ACLProvider() {
            @Override
            public List<ACL> getDefaultAcl() {
                return aclFor.apply("/");
            }

            @Override
            public List<ACL> getAclForPath(String path) {
                return aclFor.apply(path);
            }
        });
    }

    /** Builds the Curator client whose handles the supervisor opens. */
    CuratorFramework build(SessionSupervisor supervisor, Duration sessionTimeout) {
        int timeoutMillis = (int) sessionTimeout.toMillis();
        if (!isWrapping && curator.getConnectionTimeoutMs() > timeoutMillis) {
            curator.connectionTimeoutMs(timeoutMillis); // Curator warns about a longer one
        }
        return curator.zookeeperFactory(new SupervisedZookeeperFactory(supervisor))
                .sessionTimeoutMs(timeoutMillis)
                .build();
    }
}
