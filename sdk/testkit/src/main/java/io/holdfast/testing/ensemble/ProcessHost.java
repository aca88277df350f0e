// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A server as a process of this machine: each start is a new process. */
final class ProcessHost implements ServerHost {

    private final EnsembleSettings settings;
    private final Path ensembleDirectory;
    private final ServerFiles files;
    private final InetSocketAddress address;

    private volatile @Nullable ServerProcess process;

    ProcessHost(EnsembleSettings settings, Path ensembleDirectory, ServerFiles files, int clientPort) {
        this.settings = settings;
        this.ensembleDirectory = ensembleDirectory;
        this.files = files;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void start() throws IOException {
        process = ServerProcess.start(settings, ensembleDirectory, files);
    }

    @Override
    public void stop() {
        ServerProcess running = process;
        if (running != null) {
            running.stop();
        }
    }

    @Override
    public void kill() {
        ServerProcess running = process;
        if (running != null) {
            running.kill();
        }
    }

    @Override
    public void pause() {
        running().signal("STOP");
    }

    @Override
    public void resume() {
        running().signal("CONT");
    }

    @Override
    public void leave(Link link) {
        throw new UnsupportedOperationException("a process shares the network of this machine and cannot leave it; use"
                + " Ensemble.builder().backend(Backend.CONTAINERS), or -D" + Backend.PROPERTY + "="
                + Backend.CONTAINERS);
    }

    @Override
    public void join(Link link) {
        // It never left.
    }

    @Override
    public boolean isAlive() {
        ServerProcess running = process;
        return running != null && running.isAlive();
    }

    @Override
    public long pid() {
        return running().pid();
    }

    private ServerProcess running() {
        ServerProcess running = process;
        if (running == null) {
            throw new IllegalStateException("no process has been started");
        }
        return running;
    }
}
