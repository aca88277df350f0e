// SPDX-License-Identifier: Apache-2.0
package io.holdfast.samples.stage;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.zookeeper.common.PathUtils;

/**
 * A connect string that has been understood.
 *
 * @param addresses the servers
 * @param chroot the path all others are below; empty if there is none
 */
public record Servers(List<Address> addresses, String chroot) {

    private static final Pattern ADDRESS =
            Pattern.compile("(?<host>[^:,/\\[\\]\\s]+|\\[[0-9a-fA-F:.]+]):(?<port>[0-9]{1,5})");

    public Servers {
        addresses = List.copyOf(addresses);
    }

    /**
     * Reads a connect string.
     *
     * @throws IllegalArgumentException that names what is wrong with it
     */
    public static Servers parse(String connectString) {
        int slash = connectString.indexOf('/');
        String chroot = slash < 0 ? "" : connectString.substring(slash);
        if (chroot.equals("/")) {
            chroot = "";
        }
        if (!chroot.isEmpty()) {
            PathUtils.validatePath(chroot);
        }
        List<Address> addresses = new ArrayList<>();
        for (String part : (slash < 0 ? connectString : connectString.substring(0, slash)).split(",", -1)) {
            Matcher matcher = ADDRESS.matcher(part.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "'" + part + "' is no server, must be HOST:PORT, several of them separated by commas");
            }
            int port = Integer.parseInt(matcher.group("port"));
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("port is " + port + " in '" + part + "', must be 1 to 65535");
            }
            addresses.add(new Address(matcher.group("host"), port));
        }
        return new Servers(addresses, chroot);
    }

    /** Returns the servers as a connect string without the chroot. */
    String hosts() {
        return addresses.stream().map(Address::toString).collect(Collectors.joining(","));
    }

    List<InetSocketAddress> resolve() {
        return addresses.stream().map(Address::resolve).toList();
    }

    /**
     * One server.
     *
     * @param host its name or number
     * @param port its client port
     */
    public record Address(String host, int port) {

        @Override
        public String toString() {
            return host + ":" + port;
        }

        InetSocketAddress resolve() {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new StageException("the host '" + host + "' is unknown on this machine", null);
            }
            return address;
        }
    }
}
