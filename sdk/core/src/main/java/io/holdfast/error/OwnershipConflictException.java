// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

/**
 * The path is held by somebody else, or by something that is no ephemeral node. It was not touched. Next step: choose
 * another path or member id, register with a policy that waits, or find out who the owner is.
 */
public final class OwnershipConflictException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    private final String path;
    private final long ownerSessionId;

    public OwnershipConflictException(String path, long ownerSessionId, String whatHoldsIt) {
        super(path + " is held by " + whatHoldsIt, null);
        this.path = path;
        this.ownerSessionId = ownerSessionId;
    }

    /** Returns the path that is held. */
    public String path() {
        return path;
    }

    /** Returns the node's {@code ephemeralOwner}, or 0 if it is not an ephemeral node. */
    public long ownerSessionId() {
        return ownerSessionId;
    }
}
