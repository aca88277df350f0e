// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import io.holdfast.session.Znode;
import java.util.List;

/**
 * What the leader has made of a request.
 *
 * @param zxid its place in history
 * @param request what was asked
 * @param closed for a close, the paths it deletes where the release lists them
 * @param hit for a write, the nodes that it deletes or overwrites, as they were
 * @param outcome what will be answered; an error is a transaction too, and changes nothing
 */
public record Txn(long zxid, Request request, List<String> closed, List<Znode> hit, Outcome outcome) {

    @Override
    public String toString() {
        return zxid + ": " + request + (outcome.isOk() ? "" : " = " + outcome.code());
    }
}
