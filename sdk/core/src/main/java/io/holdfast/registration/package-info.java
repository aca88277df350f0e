// SPDX-License-Identifier: Apache-2.0
/** Ephemeral nodes that are registered once and kept: what a user asks for, and what is known about each. */
@NullMarked
package io.holdfast.registration;

import org.jspecify.annotations.NullMarked;
