// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.zookeeper.ZooDefs.Perms;
import org.apache.zookeeper.data.ACL;

/** ACLs in messages, on one line, as the command line of ZooKeeper takes them, but without the hash of a digest. */
final class AclText {

    private AclText() {}

    static String of(List<ACL> acls) {
        return acls.stream().map(AclText::of).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String of(ACL acl) {
        String scheme = acl.getId().getScheme();
        String id = acl.getId().getId();
        String shown = scheme.equals("digest") && id.contains(":") ? id.substring(0, id.indexOf(':')) + ":..." : id;
        return scheme + ":" + shown + ":" + perms(acl.getPerms());
    }

    private static String perms(int bits) {
        return ((bits & Perms.CREATE) != 0 ? "c" : "")
                + ((bits & Perms.DELETE) != 0 ? "d" : "")
                + ((bits & Perms.READ) != 0 ? "r" : "")
                + ((bits & Perms.WRITE) != 0 ? "w" : "")
                + ((bits & Perms.ADMIN) != 0 ? "a" : "");
    }
}
