// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import io.holdfast.testing.gate.ServerGate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a server's JVM is told, wherever it runs. */
final class JvmFlags {

    private static final String BYTEMAN_PROPERTY = "holdfast.byteman";

    private JvmFlags() {}

    /** Returns the flags of a server with these files, which it knows by the names that the function gives. */
    static List<String> of(EnsembleSettings settings, ServerFiles files, Function<Path, String> nameAtServer) {
        List<String> flags = new ArrayList<>(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Djava.net.preferIPv4Stack=true",
                "-Dzookeeper.jmx.log4j.disable=true",
                "-D" + ServerGate.DIRECTORY_PROPERTY + "=" + nameAtServer.apply(files.gates())));
        if (settings.byteman().isUsed()) {
            flags.add(agent(settings, files, nameAtServer));
        }
        settings.jvmProperties().forEach((key, value) -> flags.add("-D" + key + "=" + value));
        return flags;
    }

    private static String agent(EnsembleSettings settings, ServerFiles files, Function<Path, String> nameAtServer) {
        Stream<Path> rules = settings.byteman().rules().isEmpty() ? Stream.of() : Stream.of(files.rules());
        return "-javaagent:" + nameAtServer.apply(agentJar()) + "="
                + Stream.concat(rules, settings.byteman().scripts().stream())
                        .map(script -> "script:" + nameAtServer.apply(script))
                        .collect(Collectors.joining(","));
    }

    private static Path agentJar() {
        Path jar = System.getProperty(BYTEMAN_PROPERTY) == null
                ? Release.origin("org.jboss.byteman.agent.Main")
                        .orElseGet(() -> BuildDirectory.find(BYTEMAN_PROPERTY, "byteman/byteman.jar"))
                : BuildDirectory.find(BYTEMAN_PROPERTY, "byteman/byteman.jar");
        if (!Files.isReadable(jar)) {
            throw new IllegalStateException(
                    "Byteman rules need the agent, but there is no " + jar + "; set -D" + BYTEMAN_PROPERTY);
        }
        return jar;
    }
}
