// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import io.holdfast.testing.gate.ServerRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Collects what an {@link Ensemble} is made of. Not thread-safe; can be used for several ensembles. */
public final class EnsembleBuilder {

    private static final int MOST_SERVERS = 5;

    private @Nullable Backend backend;
    private int servers = 3;
    private @Nullable Release release;
    private Duration tickTime = Duration.ofMillis(500);
    private int initLimit = 20;
    private int syncLimit = 10;
    private Duration startWithin = Duration.ofSeconds(60);
    private final Map<String, String> config = new LinkedHashMap<>();
    private final Map<String, String> jvmProperties = new LinkedHashMap<>();
    private final List<String> rules = new ArrayList<>();
    private final List<Path> scripts = new ArrayList<>();

    EnsembleBuilder() {}

    /** Where the servers run; what {@link Backend#configured()} says if not called. */
    public EnsembleBuilder backend(Backend backend) {
        this.backend = backend;
        return this;
    }

    /** How many servers, 1 to 5; 3 if not called. A single one runs standalone. */
    public EnsembleBuilder servers(int number) {
        if (number < 1 || number > MOST_SERVERS) {
            throw new IllegalArgumentException("servers is " + number + ", must be 1 to " + MOST_SERVERS);
        }
        this.servers = number;
        return this;
    }

    /** Which release; the one on this JVM's class path if not called. */
    public EnsembleBuilder release(Release release) {
        this.release = release;
        return this;
    }

    /** The servers' unit of time, 500 ms if not called. Session timeouts are 2 to 20 of it if not set otherwise. */
    public EnsembleBuilder tickTime(Duration tickTime) {
        this.tickTime = positive("tickTime", tickTime);
        return this;
    }

    /** Ticks a follower may take to get in step with the leader; 20 if not called. */
    public EnsembleBuilder initLimit(int ticks) {
        this.initLimit = positive("initLimit", ticks);
        return this;
    }

    /** Ticks a follower may stay silent; 10 if not called. */
    public EnsembleBuilder syncLimit(int ticks) {
        this.syncLimit = positive("syncLimit", ticks);
        return this;
    }

    /** The shortest session timeout the servers grant. */
    public EnsembleBuilder minSessionTimeout(Duration timeout) {
        return config("minSessionTimeout", millis(positive("minSessionTimeout", timeout)));
    }

    /** The longest session timeout the servers grant. */
    public EnsembleBuilder maxSessionTimeout(Duration timeout) {
        return config("maxSessionTimeout", millis(positive("maxSessionTimeout", timeout)));
    }

    /** Whether sessions start as local ones; not if not called. */
    public EnsembleBuilder localSessions(boolean enabled) {
        return config("localSessionsEnabled", Boolean.toString(enabled));
    }

    /** Whether a local session becomes global with its first ephemeral node; not if not called. */
    public EnsembleBuilder localSessionsUpgrading(boolean enabled) {
        return config("localSessionsUpgradingEnabled", Boolean.toString(enabled));
    }

    /** Sets any line of the servers' configuration file, over what the harness would write there. */
    public EnsembleBuilder config(String key, String value) {
        config.put(key, value);
        return this;
    }

    /** Sets a system property of the servers' JVMs. */
    public EnsembleBuilder jvmProperty(String key, String value) {
        jvmProperties.put(key, value);
        return this;
    }

    /** Puts gates into every server. */
    public EnsembleBuilder byteman(ServerRule... rules) {
        Arrays.stream(rules).map(ServerRule::text).forEach(this.rules::add);
        return this;
    }

    /** Puts rules in Byteman's own language into every server. */
    public EnsembleBuilder byteman(String... rules) {
        this.rules.addAll(List.of(rules));
        return this;
    }

    /** Puts a Byteman script into every server. */
    public EnsembleBuilder bytemanScript(Path script) {
        if (!Files.isReadable(script)) {
            throw new IllegalArgumentException("bytemanScript is " + script + ", which cannot be read");
        }
        scripts.add(script.toAbsolutePath());
        return this;
    }

    /** How long the start of the whole ensemble may take; 60 seconds if not called. */
    public EnsembleBuilder startWithin(Duration limit) {
        this.startWithin = positive("startWithin", limit);
        return this;
    }

    /**
     * Returns what this machine lacks of what the servers need to run where they should; empty if nothing. May take as long
     * as it takes to pull an image.
     */
    public Optional<String> missing() {
        try {
            place().require(chosenRelease());
            return Optional.empty();
        } catch (BackendUnavailableException e) {
            return Optional.ofNullable(e.getMessage());
        }
    }

    /** Returns an ensemble that has not been started. */
    public Ensemble build() {
        return new Ensemble(new EnsembleSettings(
                place(),
                servers,
                chosenRelease(),
                new EnsembleSettings.Ticks(tickTime, initLimit, syncLimit),
                config,
                jvmProperties,
                new EnsembleSettings.Byteman(rules, scripts),
                startWithin));
    }

    /**
     * Returns an ensemble that has a leader and answers at every server. Blocks for some seconds.
     *
     * @throws BackendUnavailableException if the servers cannot run where they should
     */
    public Ensemble start() throws InterruptedException {
        Ensemble ensemble = build();
        ensemble.start();
        return ensemble;
    }

    private Backend place() {
        return backend == null ? Backend.configured() : backend;
    }

    private Release chosenRelease() {
        return release == null ? Release.current() : release;
    }

    private static Duration positive(String setting, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(setting + " is " + value + ", must be positive");
        }
        return value;
    }

    private static int positive(String setting, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(setting + " is " + value + ", must be positive");
        }
        return value;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}
