// SPDX-License-Identifier: Apache-2.0
/** The one place of the harness that knows JUnit. */
@NullMarked
package io.holdfast.testing.junit;

import org.jspecify.annotations.NullMarked;
