// SPDX-License-Identifier: Apache-2.0
/** The fault harness: real servers, named faults, and a judge of what clients believed. */
@NullMarked
package io.holdfast.testing;

import org.jspecify.annotations.NullMarked;
