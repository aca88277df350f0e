// SPDX-License-Identifier: Apache-2.0
package io.holdfast.testing.proxy;

import io.holdfast.testing.wire.OpCode;
import org.jspecify.annotations.Nullable;

/**
 * A request as it arrived at the proxy, whether or not it went on from there.
 *
 * @param nanoTime when, as {@link System#nanoTime()} counts
 * @param connection the connection's number, counted from 1 at each proxy
 * @param sessionId the connection's session; 0 as long as the server has granted none
 * @param xid the client's number for the request; 0 for {@link OpCode#CONNECT}
 * @param opCode the operation
 * @param path the path it names, of a multi the first one; null where the operation names none
 * @param ephemeral whether it would create an ephemeral node, alone or as part of a multi
 */
public record RecordedRequest(
        long nanoTime,
        int connection,
        long sessionId,
        int xid,
        OpCode opCode,
        @Nullable String path,
        boolean ephemeral) {}
