// SPDX-License-Identifier: Apache-2.0
package io.holdfast.guarantees.support;

import static io.holdfast.guarantees.support.SmallTicks.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import org.apache.zookeeper.KeeperException.NoNodeException;
import org.awaitility.Awaitility;

/** The nodes of those who wait and hold, as an operator sees them, in the order of their numbers. */
public record QueueNodes(Operator operator) {

    /** Returns the names; none if the directory does not exist. */
    public List<String> at(String directory) throws Exception {
        try {
            return operator.children(directory).stream()
                    .sorted(Comparator.comparing(name -> name.substring(Math.max(0, name.length() - 10))))
                    .toList();
        } catch (NoNodeException e) {
            return List.of();
        }
    }

    /** Blocks until there are so many. */
    public void await(String directory, int number) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(at(directory))
                .hasSize(number));
    }

    /** Returns the path of the first one. */
    public String first(String directory) throws Exception {
        return directory + "/" + at(directory).get(0);
    }

    /** Returns the path of the last one. */
    public String last(String directory) throws Exception {
        List<String> names = at(directory);
        return directory + "/" + names.get(names.size() - 1);
    }
}
