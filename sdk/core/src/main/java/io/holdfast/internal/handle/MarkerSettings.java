// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.session.SessionId;
import java.util.List;
import java.util.function.Function;
import org.apache.zookeeper.data.ACL;

/**
 * Where the markers of a client's sessions are (protocol, section 3a).
 *
 * @param directory their parent, as the servers know it but for the chroot
 * @param run this run of the client: random, so that no name is ever used again
 * @param aclFor the ACL of a full path
 */
public record MarkerSettings(String directory, String run, Function<String, List<ACL>> aclFor) {

    /** Where they are unless somebody says otherwise. */
    public static final String USUAL_DIRECTORY = "/holdfast-sessions";

    /** Returns the marker of a session of some run. */
    String path(String ofRun, SessionId session) {
        return directory + "/" + ofRun + "-" + Long.toHexString(session.value());
    }
}
