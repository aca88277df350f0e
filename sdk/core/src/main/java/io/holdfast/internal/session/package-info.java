// SPDX-License-Identifier: Apache-2.0
/** Confirms sessions, ends earlier ones, and knows until when one is certain to live. */
@NullMarked
package io.holdfast.internal.session;

import org.jspecify.annotations.NullMarked;
