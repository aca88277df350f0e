// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.ownership;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Port: asks every server of the ensemble by itself, through one short-lived handle each, what it holds at a path after a
 * sync. Never blocks; the stage never fails, a server that does not answer is reported as such.
 */
@FunctionalInterface
public interface ReplicaReader {

    CompletionStage<List<ReplicaView>> read(String path);
}
