// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import java.util.regex.Pattern;
import org.apache.zookeeper.common.PathUtils;
import org.jspecify.annotations.Nullable;

/** Checks connect strings, {@code host:port,host:port/chroot}, and namespaces. */
public final class ConnectStrings {

    private static final String ALLOWED = "host:port[,host:port...][/chroot], for example zk1:2181,zk2:2181/app";

    /** Underscores are in no standard, but in names that container engines give. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}._-]+");

    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:.]+(%[\\w.-]+)?");

    private ConnectStrings() {}

    public static String require(String connectString) {
        String servers = connectString.strip();
        int slash = servers.indexOf('/');
        String hosts = slash < 0 ? servers : servers.substring(0, slash);
        if (hosts.isBlank()) {
            throw refused(connectString, "it names no server");
        }
        for (String host : hosts.split(",", -1)) {
            requireHost(connectString, host.strip());
        }
        if (slash >= 0 && servers.length() > slash + 1) {
            try {
                PathUtils.validatePath(servers.substring(slash));
            } catch (IllegalArgumentException e) {
                throw refused(connectString, "its chroot is no path: " + e.getMessage());
            }
        }
        return servers;
    }

    public static String chroot(String connectString) {
        int slash = connectString.indexOf('/');
        return slash < 0 || slash == connectString.length() - 1 ? "" : connectString.substring(slash);
    }

    private static void requireHost(String connectString, String host) {
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon >= 0 && !host.endsWith("]");
        String name = hasPort ? host.substring(0, colon) : host;
        if (name.isBlank()) {
            throw refused(connectString, "a server in it has no host name");
        }
        boolean isBracketed = name.startsWith("[") && name.endsWith("]");
        boolean isHost = isBracketed
                ? IPV6.matcher(name.substring(1, name.length() - 1)).matches()
                : NAME.matcher(name).matches() || IPV6.matcher(name).matches();
        if (!isHost) {
            throw refused(connectString, "\"" + name + "\" is no host name; servers are separated by commas");
        }
        if (hasPort) {
            String port = host.substring(colon + 1);
            if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535) {
                throw refused(connectString, "port \"" + port + "\" is not between 1 and 65535");
            }
        }
    }

    private static IllegalArgumentException refused(String connectString, String why) {
        return new IllegalArgumentException(
                "connectString must be " + ALLOWED + ", but was \"" + connectString + "\": " + why);
    }

    /** Returns the namespace without its leading slash, empty for none. */
    public static String requireNamespace(@Nullable String given) {
        if (given == null || given.isEmpty()) {
            return "";
        }
        try {
            PathUtils.validatePath("/" + given);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "namespace must be a path without its leading slash, such as app or app/prod, but was \"" + given
                            + "\": " + e.getMessage(),
                    e);
        }
        return given;
    }
}
