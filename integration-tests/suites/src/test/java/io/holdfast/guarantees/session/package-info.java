// SPDX-License-Identifier: Apache-2.0
/** Sessions: nothing ephemeral in an unconfirmed one, and knowing in time when one may have ended. */
@NullMarked
package io.holdfast.guarantees.session;

import org.jspecify.annotations.NullMarked;
