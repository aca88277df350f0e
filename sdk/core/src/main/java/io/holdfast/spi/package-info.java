// SPDX-License-Identifier: Apache-2.0
/** For whoever writes a recipe: what the project's own recipes are built on, and nothing else. */
@NullMarked
package io.holdfast.spi;

import org.jspecify.annotations.NullMarked;
