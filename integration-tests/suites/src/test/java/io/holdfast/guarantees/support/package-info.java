// SPDX-License-Identifier: Apache-2.0
/** What the suites share: clients with short timeouts, processes that can be killed, and what must hold at the end of each. */
@NullMarked
package io.holdfast.guarantees.support;

import org.jspecify.annotations.NullMarked;
