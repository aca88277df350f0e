// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import java.util.function.Supplier;

/** Is told who did what, for a person to read. */
@FunctionalInterface
public interface Diary {

    /** Keeps nothing. */
    Diary NONE = (who, what) -> {};

    /** Somebody does something. {@code what} is made only if somebody reads it. */
    void note(String who, Supplier<String> what);
}
