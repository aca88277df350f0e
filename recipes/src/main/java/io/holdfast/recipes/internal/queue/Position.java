// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

/** Where an entry is in its queue, as one list of it says. */
public sealed interface Position {

    /** It is ours; a later list cannot say otherwise, as nobody is ever created before us again. */
    record Admitted() implements Position {}

    /**
     * Not before a certain node is gone.
     *
     * @param node its name
     */
    record After(String node) implements Position {}

    /** Not before some node or other is gone. */
    record AfterAny() implements Position {}

    /** Our own node is not on the list. */
    record NotThere() implements Position {}
}
