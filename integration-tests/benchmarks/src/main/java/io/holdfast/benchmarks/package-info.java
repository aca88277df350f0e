// SPDX-License-Identifier: Apache-2.0
/** Times the library beside its peers, on one ensemble, in turns. */
@org.jspecify.annotations.NullMarked
package io.holdfast.benchmarks;
