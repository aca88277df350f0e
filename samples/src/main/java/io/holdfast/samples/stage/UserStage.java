// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.stage;

import io.holdfast.samples.screen.Narrator;
import io.holdfast.testing.proxy.FaultProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The user's own servers, which only see clients whose network is bad: a proxy of ours stands before each, and nothing is
 * done to the servers themselves.
 */
public final class UserStage implements Stage {

    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);

    private final Servers servers;
    private final List<FaultProxy> proxies;
    private final Workspace workspace;
    private final Duration sessionTimeout;
    private final Thread hook = new Thread(this::deleteWorkspace, "workspace-cleaner");
    private boolean closed;

    private UserStage(Servers servers, List<FaultProxy> proxies, Workspace workspace, Duration sessionTimeout) {
        this.servers = servers;
        this.proxies = proxies;
        this.workspace = workspace;
        this.sessionTimeout = sessionTimeout;
    }

    /**
     * Connects to the servers and creates the path there.
     *
     * @throws StageException if the servers cannot be reached, or the path exists or cannot be created
     */
    public static UserStage open(Servers servers, String path, Narrator narrator) throws InterruptedException {
        narrator.say(
                "connecting to " + servers.hosts() + ", for " + Workspace.CONNECT_LIMIT.toSeconds() + " s at most");
        List<InetSocketAddress> addresses = servers.resolve();
        Workspace workspace = new Workspace(servers.hosts(), servers.chroot(), path);
        Duration granted = workspace.create(SESSION_TIMEOUT);
        List<FaultProxy> proxies = new ArrayList<>();
        try {
            for (InetSocketAddress address : addresses) {
                proxies.add(FaultProxy.to(address));
            }
        } catch (IOException e) {
            proxies.forEach(FaultProxy::close);
            workspace.delete();
            throw new StageException("no port is free for a proxy on this machine: " + e.getMessage(), e);
        }
        UserStage stage = new UserStage(servers, List.copyOf(proxies), workspace, granted);
        Runtime.getRuntime().addShutdownHook(stage.hook);
        return stage;
    }

    @Override
    public String description() {
        return "your servers at "
                + servers.addresses().stream().map(Servers.Address::toString).collect(Collectors.joining(", "))
                + ", below " + servers.chroot() + workspace;
    }

    @Override
    public List<FaultProxy> proxies() {
        return proxies;
    }

    @Override
    public Map<Integer, String> servers() {
        Map<Integer, String> byNumber = new TreeMap<>();
        servers.addresses().forEach(address -> byNumber.put(byNumber.size() + 1, address + servers.chroot()));
        return byNumber;
    }

    @Override
    public Workspace workspace() {
        return workspace;
    }

    @Override
    public Duration sessionTimeout() {
        return sessionTimeout;
    }

    @Override
    public void close() {
        deleteWorkspace();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The program is being ended; the hook finds that nothing is left to do.
        }
    }

    private synchronized void deleteWorkspace() {
        if (closed) {
            return;
        }
        closed = true;
        proxies.forEach(FaultProxy::close);
        try {
            workspace.delete();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (StageException e) {
            System.err.println("Could not remove " + servers.chroot() + workspace + ", please do: " + e.getMessage());
        }
    }
}
