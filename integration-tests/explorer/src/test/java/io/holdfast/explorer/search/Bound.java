// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.search;

/**
 * How far a search goes.
 *
 * @param depth how many steps
 * @param states how many states at most; a search that comes to it says so
 * @param heals whether each state is also let come to rest, to see that all comes to rights
 */
public record Bound(int depth, int states, boolean heals) {

    public Bound withoutHealing() {
        return new Bound(depth, states, false);
    }
}
