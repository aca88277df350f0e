// SPDX-License-Identifier: Apache-2.0
/** A member whose decisions are made by the real code of the SDK, and whose wire, clock and loop belong to the explorer. */
@NullMarked
package io.holdfast.explorer.client;

import org.jspecify.annotations.NullMarked;
