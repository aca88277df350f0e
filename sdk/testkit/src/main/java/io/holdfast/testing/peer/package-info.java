// SPDX-License-Identifier: Apache-2.0
/** Ordinary clients that run beside the client under test, to show that a fault does hurt somebody. */
@NullMarked
package io.holdfast.testing.peer;

import org.jspecify.annotations.NullMarked;
