// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerQuestionTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|accepts the connection and closes it",
                "This ZooKeeper instance is not currently serving requests|serves nobody",
                "Zookeeper version: 3.9.5\\nMode: read-only\\nNode count: 5|serves reads only",
                "Zookeeper version: 3.9.5\\nMode: follower\\nNode count: 5|says that it serves as follower",
                "srvr is not executed because it is not in the whitelist.|does not say more"
            })
    void saysWhatAnAnswerMeans(String answer, String words) {
        assertThat(ServerQuestion.inWords(answer.replace("\\n", "\n"))).contains(words);
    }
}
