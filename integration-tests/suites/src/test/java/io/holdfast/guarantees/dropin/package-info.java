// SPDX-License-Identifier: Apache-2.0
/** Unmodified Curator recipes on confirmed sessions. */
@NullMarked
package io.holdfast.guarantees.dropin;

import org.jspecify.annotations.NullMarked;
