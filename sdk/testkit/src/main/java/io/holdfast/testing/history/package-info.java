// SPDX-License-Identifier: Apache-2.0
/** What contending processes write down of what happened to them, and the checks that hold those records against each other. */
@NullMarked
package io.holdfast.testing.history;

import org.jspecify.annotations.NullMarked;
