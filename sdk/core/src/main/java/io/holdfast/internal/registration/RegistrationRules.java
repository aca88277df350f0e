// SPDX-License-Identifier: Apache-2.0
package io.holdfast.internal.registration;

import io.holdfast.registration.RegistrationOptions;
import io.holdfast.session.SessionSettings;

/**
 * What one registration goes by for all its life.
 *
 * @param path the path asked for
 * @param options what its owner wants
 * @param settings timeouts
 * @param chroot the connect string's chroot, for messages
 */
record RegistrationRules(String path, RegistrationOptions options, SessionSettings settings, String chroot) {

    boolean isSequential() {
        return options.isSequential();
    }

    boolean hasFence() {
        return options.fence().isPresent();
    }
}
