// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

import java.time.Duration;
import java.util.Optional;

/**
 * What a registration does about nodes that it may not touch. Immutable.
 *
 * @param waitsForForeign whether to wait until another member's node is gone, or to fail at once
 * @param guardPath if present, a node of our own member id whose session we do not know is taken over once its session
 *     timeout and two ticks are over, under this persistent guard node; if empty, the wait continues
 * @param waitLimit how long to wait in all for any one cause, empty for as long as it takes
 */
public record ConflictPolicy(boolean waitsForForeign, Optional<String> guardPath, Optional<Duration> waitLimit) {}
