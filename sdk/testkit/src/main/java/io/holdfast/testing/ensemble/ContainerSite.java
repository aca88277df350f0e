// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Servers as containers on two networks: one to their clients, one between themselves. */
final class ContainerSite implements Site {

    private final EnsembleSettings settings;
    private final String image;
    private final Subnets subnets;
    private final List<ContainerHost> hosts = new CopyOnWriteArrayList<>();

    ContainerSite(EnsembleSettings settings) {
        this.settings = settings;
        this.image = Engine.image(settings.release());
        this.subnets = Subnets.create();
    }

    @Override
    public ServerHost host(int id, ServerFiles files) {
        ContainerHost host = new ContainerHost(id, new ServerContainer(image, id, settings, files, subnets), subnets);
        hosts.add(host);
        return host;
    }

    @Override
    public void close() {
        hosts.forEach(ContainerHost::remove);
        subnets.close();
    }
}
