// SPDX-License-Identifier: Apache-2.0
/** What the library promises on every release of the servers, with both kinds of sessions and both client sockets. */
@NullMarked
package io.holdfast.releases;

import org.jspecify.annotations.NullMarked;
