// SPDX-License-Identifier: Apache-2.0
/** A proxy between a client and one server that injects network faults into single frames. */
@NullMarked
package io.holdfast.testing.proxy;

import org.jspecify.annotations.NullMarked;
