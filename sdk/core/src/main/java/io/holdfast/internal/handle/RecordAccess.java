// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.handle;

import io.holdfast.session.SessionOps;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.zookeeper.data.ACL;

/**
 * How a journal in the ensemble reads and writes.
 *
 * @param ops of the session that is written down
 * @param aclOf reads the ACL of a node
 */
record RecordAccess(SessionOps ops, Function<String, CompletionStage<List<ACL>>> aclOf) {}
