// SPDX-License-Identifier: Apache-2.0
package io.holdfast.releases;

import com.google.errorprone.annotations.Immutable;

/** Tries one thing on one release with one client socket. */
@Immutable
@FunctionalInterface
interface Check {

    /**
     * Tries it.
     *
     * @return what was found, which may be that it is refused with the error that is documented
     * @throws AssertionError if it is otherwise
     */
    Finding on(Stage stage, Socket socket) throws Exception;
}
