// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectStringsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zk1",
                "zk1:2181",
                "zk1:1,zk2:65535",
                "zk1:2181, zk2:2181",
                "10.0.0.1:2181",
                "[::1]:2181",
                "[fe80::1]",
                "[fe80::1%eth0]:2181",
                "fe80::1:2181",
                "zk_1.zookeeper-headless.svc.cluster.local.:2181",
                "zk1:2181/",
                "zk1:2181/app",
                "zk1:2181,zk2:2181/app/prod"
            })
    void acceptsWhatZooKeeperUnderstands(String connectString) {
        assertThat(ConnectStrings.require(connectString)).isEqualTo(connectString);
    }

    @ParameterizedTest
    @ValueSource(strings = {" zk1:2181", "zk1:2181\n"})
    void takesNoNoticeOfSpaceAround(String connectString) {
        assertThat(ConnectStrings.require(connectString)).isEqualTo("zk1:2181");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'' ; it names no server",
                "'  ' ; it names no server",
                "/app ; it names no server",
                "zk1:2181,,zk2:2181 ; a server in it has no host name",
                "zk1:2181, ; a server in it has no host name",
                ":2181 ; a server in it has no host name",
                "zk1: ; port \"\" is not between 1 and 65535",
                "zk1:0 ; port \"0\" is not between 1 and 65535",
                "zk1:65536 ; port \"65536\" is not between 1 and 65535",
                "zk1:-1 ; port \"-1\" is not between 1 and 65535",
                "zk1:999999 ; port \"999999\" is not between 1 and 65535",
                "zk1:client ; port \"client\" is not between 1 and 65535",
                "zk1:2181//app ; its chroot is no path",
                "zk1:2181/app/ ; its chroot is no path",
                "zk1:2181/a/../b ; its chroot is no path"
            })
    void refusesTheRestAndSaysWhatIsAllowed(String connectString, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectStrings.require(connectString))
                .withMessageStartingWith("connectString must be host:port[,host:port...][/chroot]")
                .withMessageContaining("but was \"" + connectString + "\"")
                .withMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({
        "zk1:2181;zk2:2181, zk1:2181;zk2",
        "zk1:2181 zk2:2181, zk1:2181 zk2",
        "zk1:2181:2182, zk1:2181",
        "zookeeper://zk1, zookeeper",
        "zk 1:2181, zk 1",
        "user@zk1:2181, user@zk1",
        "[zk1]:2181, [zk1]"
    })
    void refusesWhatIsNoHostName(String connectString, String host) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectStrings.require(connectString))
                .withMessageContaining("but was \"" + connectString + "\"")
                .withMessageContaining(host);
    }

    @ParameterizedTest
    @CsvSource({"zk1:2181,''", "zk1:2181/,''", "zk1:2181/app,/app", "'zk1:2181,zk2:2181/a/b',/a/b"})
    void findsTheChroot(String connectString, String chroot) {
        assertThat(ConnectStrings.chroot(connectString)).isEqualTo(chroot);
    }
}
