// SPDX-License-Identifier: Apache-2.0
/** Keeps registered nodes: creates, judges, recreates and deletes them. */
@NullMarked
package io.holdfast.internal.registration;

import org.jspecify.annotations.NullMarked;
