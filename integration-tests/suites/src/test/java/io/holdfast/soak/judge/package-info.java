// SPDX-License-Identifier: Apache-2.0
/** What a soak left on record, and the judge who knows nothing else of it. */
@NullMarked
package io.holdfast.soak.judge;

import org.jspecify.annotations.NullMarked;
