// SPDX-License-Identifier: Apache-2.0
/** The soak: hundreds of registrations in several processes, random faults for minutes or hours, and a judge of the record. */
@NullMarked
package io.holdfast.soak;

import org.jspecify.annotations.NullMarked;
