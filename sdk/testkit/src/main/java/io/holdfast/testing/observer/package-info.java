// SPDX-License-Identifier: Apache-2.0
/** An independent witness of who owned which node, at which server, from when to when. */
@NullMarked
package io.holdfast.testing.observer;

import org.jspecify.annotations.NullMarked;
