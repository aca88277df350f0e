// SPDX-License-Identifier: Apache-2.0
/** Recorded histories: processes that contend under random faults, judged by what every server held. */
@NullMarked
package io.holdfast.history;

import org.jspecify.annotations.NullMarked;
