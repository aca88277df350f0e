// SPDX-License-Identifier: Apache-2.0
/** Registrations: registered means registered, a lost node comes back, and nobody else's node is touched. */
@NullMarked
package io.holdfast.guarantees.registration;

import org.jspecify.annotations.NullMarked;
