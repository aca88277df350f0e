// SPDX-License-Identifier: Apache-2.0
/** Suites that run the library beside its peers, on the same servers, and print what each takes. */
@org.jspecify.annotations.NullMarked
package io.holdfast.peers;
