// SPDX-License-Identifier: Apache-2.0
/** Locks, read/write locks and semaphores whose holders get a grant: one session, one deadline, one token. */
@NullMarked
package io.holdfast.recipes.lock;

import org.jspecify.annotations.NullMarked;
