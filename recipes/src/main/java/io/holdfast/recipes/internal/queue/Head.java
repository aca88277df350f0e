// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.queue;

import io.holdfast.registration.RegisteredNode;
import io.holdfast.registration.Registration;
import io.holdfast.session.Session;

/**
 * An entry at the head: its node existed, owned by a live session, with nobody before it that it has to wait for.
 *
 * @param registration keeps the node; closing it leaves the queue
 * @param node the node
 * @param session the node's owner
 */
public record Head(Registration registration, RegisteredNode node, Session session) {}
