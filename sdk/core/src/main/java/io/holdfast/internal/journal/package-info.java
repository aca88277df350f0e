// SPDX-License-Identifier: Apache-2.0
/** What a run leaves, on disk or in the ensemble, about its sessions, so that the next run of the same member can end them. */
@NullMarked
package io.holdfast.internal.journal;

import org.jspecify.annotations.NullMarked;
