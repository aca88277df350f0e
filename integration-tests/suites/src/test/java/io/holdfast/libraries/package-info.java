// SPDX-License-Identifier: Apache-2.0
/** The library on the Curator, ZooKeeper and SLF4J jars that applications have. */
@NullMarked
package io.holdfast.libraries;

import org.jspecify.annotations.NullMarked;
