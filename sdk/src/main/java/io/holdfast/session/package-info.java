// SPDX-License-Identifier: Apache-2.0
/** Sessions that are confirmed to be global before anything ephemeral is created in them. */
@NullMarked
package io.holdfast.session;

import org.jspecify.annotations.NullMarked;
