// SPDX-License-Identifier: Apache-2.0
package io.holdfast.error;

/**
 * The ensemble knows less than it has said before: it was restored from an older copy, started without its data, or is another
 * one behind the same names. Its transaction ids repeat, and so do the tokens that are made of them: a resource that remembers a
 * token would refuse the new holder, or admit an old one. Nothing was sent. Next step: raise or clear what resources remember,
 * then call {@code HoldfastClient.acceptHistory()}; see {@code docs/operations.md}.
 */
public final class HistoryWentBackException extends HoldfastException {

    private static final long serialVersionUID = 1L;

    private final long highestZxid;
    private final long zxid;

    /**
     * @param what what is refused, to begin the message with
     * @param highestZxid the highest transaction id that was seen before
     * @param zxid the transaction id that the ensemble was at when it was noticed
     */
    public HistoryWentBackException(String what, long highestZxid, long zxid) {
        super(
                what + " is refused: the history of the ensemble went back, from transaction 0x"
                        + Long.toHexString(highestZxid) + " to 0x" + Long.toHexString(zxid)
                        + ", so that tokens repeat; see to what remembers tokens, then call acceptHistory()",
                null);
        this.highestZxid = highestZxid;
        this.zxid = zxid;
    }

    /** Returns the highest transaction id that was seen before. */
    public long highestZxid() {
        return highestZxid;
    }

    /** Returns the transaction id that the ensemble was at when it was noticed. */
    public long zxid() {
        return zxid;
    }
}
