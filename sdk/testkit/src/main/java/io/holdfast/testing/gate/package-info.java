// SPDX-License-Identifier: Apache-2.0
/** Gates inside server processes: places where a Byteman rule stops a server's thread until the test lets it go. */
@NullMarked
package io.holdfast.testing.gate;

import org.jspecify.annotations.NullMarked;
