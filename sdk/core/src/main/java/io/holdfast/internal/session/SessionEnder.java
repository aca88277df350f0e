// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.session;

import java.util.concurrent.CompletionStage;

/** Port: attaches to a session by its id and password and closes it. Never blocks; the stage never fails. */
@FunctionalInterface
public interface SessionEnder {

    CompletionStage<EndOutcome> end(SessionCredentials credentials);
}
