// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.Test;

class AclTextTest {

    @Test
    void isOneLineAsTheCommandLineTakesIt() {
        assertThat(AclText.of(Ids.OPEN_ACL_UNSAFE)).isEqualTo("[world:anyone:cdrwa]");
        assertThat(AclText.of(List.of(new ACL(Perms.READ | Perms.WRITE, new Id("ip", "10.0.0.1")))))
                .isEqualTo("[ip:10.0.0.1:rw]");
    }

    @Test
    void leavesTheHashOfADigestOut() {
        assertThat(AclText.of(List.of(new ACL(Perms.ALL, new Id("digest", "us:c29tZWhhc2g=")))))
                .isEqualTo("[digest:us:...:cdrwa]");
    }
}
