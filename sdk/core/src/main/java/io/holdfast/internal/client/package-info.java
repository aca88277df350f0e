// SPDX-License-Identifier: Apache-2.0
/** Puts a client together from its parts, on Apache Curator. */
@NullMarked
package io.holdfast.internal.client;

import org.jspecify.annotations.NullMarked;
