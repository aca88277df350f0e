// SPDX-License-Identifier: Apache-2.0
/** What happened to each node during a scene, and what can be said about it: plain data, no threads. */
@NullMarked
package io.holdfast.samples.history;

import org.jspecify.annotations.NullMarked;
