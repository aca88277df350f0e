// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The directory of one server: configuration, data, log and gates. */
final class ServerFiles {

    private static final String LOGBACK = """
            <configuration>
              <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
                <encoder><pattern>%d{HH:mm:ss.SSS} [%t] %-5level %logger{1} - %m%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="OUT"/></root>
            </configuration>
            """;

    private static final String LOG4J = """
            log4j.rootLogger=INFO, OUT
            log4j.appender.OUT=org.apache.log4j.ConsoleAppender
            log4j.appender.OUT.layout=org.apache.log4j.PatternLayout
            log4j.appender.OUT.layout.ConversionPattern=%d{HH:mm:ss,SSS} [%t] %-5p %c{1} - %m%n
            """;

    private final Path directory;

    ServerFiles(Path directory) {
        this.directory = directory;
    }

    /** Writes what every server needs, wherever it runs. */
    void prepare(EnsembleSettings settings) throws IOException {
        Files.createDirectories(gates());
        if (!settings.byteman().rules().isEmpty()) {
            Files.writeString(rules(), String.join("\n", settings.byteman().rules()));
        }
    }

    /** Writes what a process finds at its start. */
    void writeConfig(int id, EnsembleSettings settings, List<Addresses> ensemble) throws IOException {
        Files.createDirectories(data());
        Files.writeString(data().resolve("myid"), Integer.toString(id));
        Files.writeString(directory.resolve("logback.xml"), LOGBACK);
        Files.writeString(directory.resolve("log4j.properties"), LOG4J);
        Files.write(config(), configLines(id, settings, ensemble));
    }

    Path directory() {
        return directory;
    }

    Path config() {
        return directory.resolve("zoo.cfg");
    }

    Path gates() {
        return directory.resolve("gates");
    }

    Path rules() {
        return directory.resolve("rules.btm");
    }

    Path log() {
        return directory.resolve("server.log");
    }

    /** Returns the last lines of the log, or what there is. */
    String logTail(int lines) {
        try {
            List<String> all = Files.readAllLines(log());
            return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    /** Deletes snapshots and transaction logs; what tells the server who it is stays. */
    void deleteData() throws IOException {
        Path written = data().resolve("version-2");
        if (!Files.isDirectory(written)) {
            throw new UnsupportedOperationException("no data are kept at " + written);
        }
        try (Stream<Path> files = Files.walk(written)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private List<String> configLines(int id, EnsembleSettings settings, List<Addresses> ensemble) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("dataDir", data().toString());
        config.put("clientPort", Integer.toString(ensemble.get(id - 1).client()));
        config.put("clientPortAddress", "127.0.0.1");
        config.putAll(settings.configWithDefaults());
        List<String> lines = new ArrayList<>();
        config.forEach((key, value) -> lines.add(key + "=" + value));
        if (ensemble.size() > 1) {
            for (int i = 0; i < ensemble.size(); i++) {
                Addresses peer = ensemble.get(i);
                lines.add("server." + (i + 1) + "=127.0.0.1:" + peer.quorum() + ":" + peer.election());
            }
        }
        return lines;
    }

    /** The ports of one server. */
    record Addresses(int client, int quorum, int election) {}
}
