// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.grant;

import io.holdfast.error.FencedException;
import io.holdfast.error.HoldfastException;
import io.holdfast.error.RefusedByEnsembleException;
import io.holdfast.error.UnknownOutcomeException;
import java.util.concurrent.CompletionStage;
import org.apache.zookeeper.CreateMode;

/**
 * ZooKeeper operations that are carried out only while a grant holds: all in one step, together with the checks that the
 * grant's own node, the very one that it was given for, still exists. So a holder that was paused or cut off, and whose
 * grant somebody else has by now, changes nothing. Made by a grant, used once.
 *
 * <p>With no operation at all it asks the ensemble whether the grant holds.
 *
 * <p><b>Thread-safety:</b> none; one thread at a time. <b>Blocking:</b> only {@link #commit()} does. Paths are below the
 * client's namespace, and new nodes get the ACL that the client's ACL provider says.
 *
 * <p>It does not promise that the grant still holds when the answer arrives, and it guards nothing outside this ensemble:
 * for that there are {@code FencingGuard} and the grant's token.
 */
public interface FencedTransaction {

    /** Adds the create of a persistent node. See {@link #create(String, byte[], CreateMode)}. */
    FencedTransaction create(String path, byte[] data);

    /**
     * Adds the create of a node. Its parent must exist when the transaction is carried out. An ephemeral one lives as long as
     * the grant's session; nobody keeps it.
     *
     * @param mode any but the two with a time to live
     * @throws IllegalArgumentException if the path or the mode cannot be used
     * @throws IllegalStateException if the transaction was committed before
     */
    FencedTransaction create(String path, byte[] data, CreateMode mode);

    /** Adds the replacement of a node's data, whatever its version. */
    FencedTransaction setData(String path, byte[] data);

    /**
     * Adds the replacement of a node's data if its version is this one. Mind that a node which was deleted and created again
     * starts at version 0 once more.
     *
     * @param version 0 or more, -1 for any
     */
    FencedTransaction setData(String path, byte[] data, int version);

    /** Adds the deletion of a node, whatever its version. */
    FencedTransaction delete(String path);

    /**
     * Adds the deletion of a node if its version is this one.
     *
     * @param version 0 or more, -1 for any
     */
    FencedTransaction delete(String path, int version);

    /**
     * Adds the condition that a node exists with this version.
     *
     * @param version 0 or more, -1 for any
     */
    FencedTransaction check(String path, int version);

    /**
     * Sends the transaction and waits for the answer, which comes, or is given up, within about a session timeout.
     *
     * @return what became of it, if the ensemble has answered and the grant held
     * @throws FencedException if the grant is over; nothing was done
     * @throws UnknownOutcomeException if the answer was lost; it was done, or it was not: read before you repeat it, in a new
     *     transaction
     * @throws RefusedByEnsembleException if the ensemble lets this client not do this at all; nothing was done
     * @throws IllegalArgumentException if it is larger than the ensemble takes; nothing was sent
     * @throws IllegalStateException if it was committed before
     * @throws InterruptedException if the thread is interrupted, after which the outcome is unknown
     */
    TransactionOutcome commit() throws InterruptedException;

    /**
     * Sends the transaction. Does not wait.
     *
     * @return completes, in a thread of the common pool, with what {@link #commit()} returns, or fails with the
     *     {@link HoldfastException} that it throws
     * @throws IllegalArgumentException if it is larger than the ensemble takes; nothing was sent
     * @throws IllegalStateException if it was committed before
     */
    CompletionStage<TransactionOutcome> commitAsync();
}
