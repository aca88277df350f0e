// SPDX-License-Identifier: Apache-2.0
/** Registrations after what ended their session, their process, or one replica. */
@NullMarked
package io.holdfast.guarantees.recovery;

import org.jspecify.annotations.NullMarked;
