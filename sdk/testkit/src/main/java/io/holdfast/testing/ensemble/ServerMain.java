// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.ensemble;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;

/**
 * The main class of a server process: ZooKeeper's own, tied to the life of the JVM that started it.
 *
 * <p>The starter holds the other end of this process' standard input. When that closes, the starter is gone, however it
 * died, and so this process deletes its directory and ends.
 */
public final class ServerMain {

    private ServerMain() {}

    /**
     * Runs the server until it ends or its starter does.
     *
     * @param args the ensemble's directory, then the server's configuration file
     */
    public static void main(String[] args) {
        Path directory = Path.of(args[0]);
        Thread lifeline = new Thread(() -> endWithStarter(directory), "lifeline");
        lifeline.setDaemon(true);
        lifeline.start();
        QuorumPeerMain.main(new String[] {args[1]});
    }

    private static void endWithStarter(Path directory) {
        try {
            while (System.in.read() >= 0) {
                // Whatever is said there, it means that the starter lives.
            }
        } catch (IOException e) {
            // As good as the end.
        }
        try {
            DirectoryTree.delete(directory);
        } finally {
            Runtime.getRuntime().halt(1);
        }
    }
}
