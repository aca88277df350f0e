// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A key with its certificate, and a store that trusts nobody else, made by the running JDK's own tool.
 *
 * @param key the key store
 * @param trust the trust store
 */
record KeyStores(Path key, Path trust) {

    private static final String PASSWORD = "not-secret";

    /** Makes both in a directory. */
    static KeyStores in(Path directory, String name) throws IOException, InterruptedException {
        Path key = directory.resolve(name + "-key.p12");
        Path trust = directory.resolve(name + "-trust.p12");
        Path certificate = directory.resolve(name + ".pem");
        keytool(
                "-genkeypair -alias it -keyalg RSA -keysize 2048 -dname CN=localhost -ext SAN=ip:127.0.0.1,dns:localhost"
                        + " -validity 2 -storetype PKCS12",
                key);
        keytool("-exportcert -alias it -rfc -file " + certificate, key);
        keytool("-importcert -noprompt -alias it -storetype PKCS12 -file " + certificate, trust);
        return new KeyStores(key, trust);
    }

    /** Returns the settings that make a server or a client use them. */
    Map<String, String> settings() {
        return Map.of(
                        "keyStore.location",
                        key.toString(),
                        "keyStore.password",
                        PASSWORD,
                        "trustStore.location",
                        trust.toString(),
                        "trustStore.password",
                        PASSWORD)
                .entrySet()
                .stream()
                .collect(Collectors.toMap(setting -> "zookeeper.ssl." + setting.getKey(), Map.Entry::getValue));
    }

    private static void keytool(String arguments, Path store) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("keytool fails: " + said);
        }
    }
}
