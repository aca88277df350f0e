// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * Where the record of a member is, in the ensemble.
 *
 * @param directory its parent, as the servers know it but for the chroot
 * @param memberId the member, and the node's name
 * @param run this run of the member, different for every run
 * @param aclFor the ACL of a full path: of parents, and of a record that holds no secret
 */
public record RecordSettings(String directory, String memberId, String run, Function<String, List<ACL>> aclFor) {

    /**
     * Returns the settings of a client with a namespace.
     *
     * @param namespace without its leading slash, empty for none
     * @param path below the namespace
     */
    public static RecordSettings in(
            String namespace, String path, String memberId, String run, Function<String, List<ACL>> aclFor) {
        return new RecordSettings((namespace.isEmpty() ? "" : "/" + namespace) + path, memberId, run, aclFor);
    }

    /**
     * Refuses two journals for one member.
     *
     * @throws IllegalArgumentException if both are set
     */
    public static void requireOneJournal(@Nullable Path journal, @Nullable String journalInEnsemble) {
        if (journal != null && journalInEnsemble != null) {
            throw new IllegalArgumentException("journalInEnsemble must be left out where journal is set, but was \""
                    + journalInEnsemble + "\" beside journal " + journal
                    + ": a member has one; keep journal if its directory outlives the process");
        }
    }

    String path() {
        return directory + "/" + memberId;
    }
}
