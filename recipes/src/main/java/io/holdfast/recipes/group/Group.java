// SPDX-License-Identifier: Apache-2.0
package io.holdfast.recipes.group;

import static java.util.Objects.requireNonNull;

import io.holdfast.HoldfastClient;
import io.holdfast.recipes.internal.view.DirectoryView;
import io.holdfast.recipes.internal.view.Translation;
import io.holdfast.recipes.view.LiveView;
import io.holdfast.recipes.view.ViewListener;
import io.holdfast.registration.RegistrationOptions;
import io.holdfast.spi.RecipeSupport;
import org.apache.zookeeper.common.PathUtils;

/**
 * A group: a directory with one ephemeral node per member, named after it. A client may be in any number of groups, and
 * read groups that it is not in.
 *
 * <p>A name is there once at most: a second process that joins under the same name waits, visibly, until the first one is
 * gone. Payloads are in the nodes behind one line that says who made them ({@code docs/tag-format.md}).
 *
 * <p>Immutable and thread-safe; nothing blocks, and nothing is sent before somebody joins or watches.
 */
public final class Group {

    private static final Translation<String, Member> MEMBERS = new Translation<>(Member::of, Member::name);

    private final RecipeSupport client;
    private final String path;

    private Group(RecipeSupport client, String path) {
        this.client = client;
        this.path = path;
    }

    /**
     * Returns the group in a directory, which is made when somebody joins.
     *
     * @param path an absolute path, below the client's namespace if there is one; not the root
     * @throws IllegalArgumentException if it is not; nothing is sent
     */
    public static Group at(HoldfastClient client, String path) {
        requireNonNull(client, "client");
        requirePath(path, "path");
        return new Group(client.unwrap(RecipeSupport.class), path);
    }

    /** Joins under the client's member id. See {@link #join(String, byte[])}. */
    public Membership join(byte[] payload) {
        return join(client.memberId(), payload);
    }

    /**
     * Joins, and stays in the group over lost connections and sessions until the membership is closed. Does not wait.
     *
     * @param name the member's name in the group: anything that can be a node's name
     * @param payload any bytes, up to what a request of the ensemble may carry
     * @throws IllegalArgumentException if the name or the payload are refused; nothing is sent
     * @throws io.holdfast.error.OwnershipConflictException if this client is in the group under this name; nothing is sent
     * @throws io.holdfast.error.CapacityExceededException if the path does not fit the client's budget; nothing is sent
     * @throws IllegalStateException if the client is not started or is closed
     */
    public Membership join(String name, byte[] payload) {
        requireNonNull(name, "name");
        if (name.isEmpty() || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "name must be a name of a node, without a slash, but was \"" + name + "\"");
        }
        String own = path + "/" + name;
        requirePath(own, "name");
        return new Membership(
                client, name, client.register(own, requireNonNull(payload, "payload"), RegistrationOptions.defaults()));
    }

    /**
     * Begins to read the group, by the members' names. Does not wait; close the view when it is not needed any more. It needs
     * no membership.
     */
    public LiveView<String, Member> watch() {
        return DirectoryView.of(client, path, MEMBERS);
    }

    /** Begins to read the group for a listener, which is notified of the members that exist first. */
    public LiveView<String, Member> watch(ViewListener<Member> listener) {
        requireNonNull(listener, "listener");
        LiveView<String, Member> view = watch();
        view.addListener(listener);
        return view;
    }

    private static void requirePath(String path, String what) {
        requireNonNull(path, what);
        try {
            PathUtils.validatePath(path);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    what + " must make an absolute ZooKeeper path such as /groups/a, but it was \"" + path + "\": "
                            + e.getMessage(),
                    e);
        }
        if (path.equals("/")) {
            throw new IllegalArgumentException(what + " must not be the root \"/\"");
        }
    }

    @Override
    public String toString() {
        return "group " + path + " of " + client;
    }
}
