// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

/** Whose turn it is, as one list of the line tells. */
public sealed interface Turn {

    /** It is ours; a later list cannot tell otherwise, as nobody is ever created before us again. */
    record Now() implements Turn {}

    /**
     * Not before a certain node is gone.
     *
     * @param node its name
     */
    record After(String node) implements Turn {}

    /** Not before some node or other is gone. */
    record AfterAny() implements Turn {}

    /** Our own node is not on the list. */
    record NotThere() implements Turn {}
}
