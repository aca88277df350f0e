// SPDX-License-Identifier: Apache-2.0
package io.holdfast.soak.judge;

import java.time.Duration;

/**
 * What the judge allows. All of them count only while nobody is hurt who is concerned, but for the first two.
 *
 * @param sessionTimeout what the sessions have: how much longer than {@code notice} a member whose way to the servers is hurt
 *     may believe what is not so, while its process runs
 * @param notice how long what happens may take to be heard of and written down
 * @param recovery within which a registration is back, and a node that nobody wants is gone, while a session lives
 * @param orphan within which the nodes of a session that is over are gone: its timeout, two ticks, and an election
 */
public record SoakLimits(Duration sessionTimeout, Duration notice, Duration recovery, Duration orphan) {}
