// SPDX-License-Identifier: Apache-2.0
/** Ensembles of real ZooKeeper server processes, and the verbs that hurt them. */
@NullMarked
package io.holdfast.testing.ensemble;

import org.jspecify.annotations.NullMarked;
