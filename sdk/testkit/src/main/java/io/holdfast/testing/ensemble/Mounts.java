// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Files of this machine that a container sees, and the names they have there. */
final class Mounts {

    private static final String ROOT = "/holdfast/";

    private final Map<Path, Bind> binds = new LinkedHashMap<>();

    /** Shows this file or directory to the container, which cannot change it, and returns its name there. */
    String readOnly(Path path) {
        return add(path, AccessMode.ro);
    }

    /** Shows this directory to the container, which writes there too, and returns its name there. */
    String shared(Path directory) {
        return add(directory, AccessMode.rw);
    }

    List<Bind> binds() {
        return List.copyOf(binds.values());
    }

    private String add(Path path, AccessMode mode) {
        Bind bind = binds.computeIfAbsent(
                path.toAbsolutePath(),
                real -> new Bind(real.toString(), new Volume(ROOT + binds.size() + "-" + real.getFileName()), mode));
        return bind.getVolume().getPath();
    }
}
