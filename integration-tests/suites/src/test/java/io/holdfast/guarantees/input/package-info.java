// SPDX-License-Identifier: Apache-2.0
/** Bad input and settings of the servers that cannot work: refused with what is allowed. */
@NullMarked
package io.holdfast.guarantees.input;

import org.jspecify.annotations.NullMarked;
