// SPDX-License-Identifier: Apache-2.0
/** What the SDK reports about itself: events as values, and the observers that receive them. */
@NullMarked
package io.holdfast.event;

import org.jspecify.annotations.NullMarked;
