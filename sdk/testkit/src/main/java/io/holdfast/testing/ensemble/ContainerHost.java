// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.WaitResponse;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server as a container: each start is a new run of the same one. */
final class ContainerHost implements ServerHost {

    private static final int STOP_SECONDS = 10;

    private final int id;
    private final ServerContainer container;
    private final Subnets subnets;
    private final InetSocketAddress address;

    private volatile @Nullable Run run;

    ContainerHost(int id, ServerContainer container, Subnets subnets) {
        this.id = id;
        this.container = container;
        this.subnets = subnets;
        this.address = new InetSocketAddress(subnets.clients().addressOf(id), ServerContainer.CLIENT_PORT);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void start() {
        if (run == null) {
            container.start();
        } else {
            container.startAgain();
        }
        run = engine().waitContainerCmd(name()).exec(new Run());
    }

    @Override
    public void stop() {
        if (isAlive()) {
            engine().stopContainerCmd(name()).withTimeout(STOP_SECONDS).exec();
            awaitEnd();
        }
    }

    @Override
    public void kill() {
        if (isAlive()) {
            try {
                engine().killContainerCmd(name()).exec();
            } catch (ConflictException | NotFoundException e) {
                // It has ended by itself.
            }
            awaitEnd();
        }
    }

    @Override
    public void pause() {
        engine().pauseContainerCmd(name()).exec();
    }

    @Override
    public void resume() {
        engine().unpauseContainerCmd(name()).exec();
    }

    @Override
    public void leave(Link link) {
        subnets.of(link).disconnect(name());
    }

    @Override
    public void join(Link link) {
        subnets.of(link).connect(name(), id);
    }

    @Override
    public boolean isAlive() {
        Run latest = run;
        return latest != null && !latest.hasEnded;
    }

    @Override
    public long pid() {
        return Objects.requireNonNull(
                engine().inspectContainerCmd(name()).exec().getState().getPidLong(), "process id");
    }

    /** Ends the server and removes the container with all its data. */
    void remove() {
        container.stop();
    }

    private DockerClient engine() {
        return container.getDockerClient();
    }

    private String name() {
        return container.getContainerId();
    }

    private void awaitEnd() {
        Run latest = Objects.requireNonNull(run, "a run");
        try {
            if (!latest.awaitCompletion(2 * STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("container " + name() + " survives being killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while server " + id + " was ending", e);
        }
    }

    /** Told by the engine when the container ends. */
    private static final class Run extends ResultCallback.Adapter<WaitResponse> {

        private volatile boolean hasEnded;

        @Override
        public void onNext(WaitResponse exit) {
            hasEnded = true;
        }

        @Override
        public void onError(Throwable lost) {
            hasEnded = true;
            super.onError(lost);
        }

        @Override
        public void onComplete() {
            hasEnded = true;
            super.onComplete();
        }
    }
}
