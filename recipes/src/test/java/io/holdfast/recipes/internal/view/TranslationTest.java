// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.internal.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.recipes.internal.view.ChildChange.Bounced;
import io.holdfast.recipes.internal.view.ChildChange.Joined;
import io.holdfast.recipes.internal.view.ChildChange.Left;
import io.holdfast.recipes.internal.view.ChildChange.Updated;
import io.holdfast.recipes.view.ViewListener;
import io.holdfast.session.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Here an entry is the number that a child's name is, known by its value; names that are no number are none. */
class TranslationTest implements ViewListener<String> {

    private final List<String> told = new ArrayList<>();
    private final Translation<Integer, String> translation = new Translation<>(
            child -> child.node().owner() == 0
                    ? Optional.empty()
                    : Optional.of(child.name() + "@" + child.node().czxid()),
            entry -> Integer.valueOf(entry.substring(0, entry.indexOf('@'))));

    @Test
    void changesOfEntriesAreToldAndOthersAreNot() {
        ChildrenListener listener = translation.notifying(this);
        listener.changed(new Joined(child(1, 0x10, 7)));
        listener.changed(new Joined(child(2, 0x11, 0)));
        listener.changed(new Updated(child(1, 0x10, 7), child(1, 0x10, 7)));
        listener.changed(new Bounced(child(1, 0x10, 7), child(1, 0x12, 7)));
        listener.changed(new Bounced(child(1, 0x12, 7), child(1, 0x13, 0)));
        listener.changed(new Bounced(child(1, 0x13, 0), child(1, 0x14, 7)));
        listener.changed(new Left(child(2, 0x11, 0)));
        listener.changed(new Left(child(1, 0x14, 7)));

        assertThat(told)
                .containsExactly(
                        "joined 1@16",
                        "updated 1@16 1@16",
                        "bounced 1@16 1@18",
                        "left 1@18",
                        "joined 1@20",
                        "left 1@20");
    }

    @Test
    void entriesAreInTheOrderOfTheirKeys() {
        TreeMap<String, Child> children = new TreeMap<>();
        for (int number : new int[] {10, 9, 100}) {
            children.put(String.valueOf(number), child(number, 1, 7));
        }
        children.put("8", child(8, 1, 0));

        assertThat(translation.entries(children).keySet()).containsExactly(9, 10, 100);
    }

    private static Child child(int name, long czxid, long owner) {
        return new Child("" + name, new Znode("/d/" + name, new byte[0], owner, czxid, 0), true);
    }

    @Override
    public void joined(String entry) {
        told.add("joined " + entry);
    }

    @Override
    public void left(String entry) {
        told.add("left " + entry);
    }

    @Override
    public void updated(String before, String after) {
        told.add("updated " + before + " " + after);
    }

    @Override
    public void bounced(String before, String after) {
        told.add("bounced " + before + " " + after);
    }
}
