// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Servers as processes of this machine, on loopback. */
final class ProcessSite implements Site {

    private final EnsembleSettings settings;
    private final Path directory;
    private final List<ServerFiles.Addresses> addresses = new ArrayList<>();

    ProcessSite(EnsembleSettings settings, Path directory) throws IOException {
        this.settings = settings;
        this.directory = directory;
        List<Integer> ports = Ports.free(3 * settings.servers());
        for (int i = 0; i < settings.servers(); i++) {
            addresses.add(new ServerFiles.Addresses(ports.get(3 * i), ports.get(3 * i + 1), ports.get(3 * i + 2)));
        }
    }

    @Override
    public ServerHost host(int id, ServerFiles files) {
        try {
            files.writeConfig(id, settings, addresses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ProcessHost(settings, directory, files, addresses.get(id - 1).client());
    }

    @Override
    public void close() {
        // The processes have been killed, and nothing else was shared.
    }
}
