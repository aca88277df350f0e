// SPDX-License-Identifier: Apache-2.0
package io.holdfast.registration;

/**
 * The version of a registration's fence when its node was created: the version moves with each create under the same fence.
 * A transaction that checks it together with the anchor and the node's existence commits only while this very node exists
 * ({@link RegisteredNode#checks()}). The node's own version would not do: every fresh ephemeral node has version 0.
 *
 * @param path the persistent fence node, as the servers know it
 * @param version its version since the create
 * @param anchor a child of the fence whose name is never used again: the fence cannot be deleted, and made again with the same
 *     version, while it exists
 */
public record FenceVersion(String path, int version, String anchor) {}
