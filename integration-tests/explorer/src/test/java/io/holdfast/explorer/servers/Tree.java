// SPDX-License-Identifier: Apache-2.0
package io.holdfast.explorer.servers;

import io.holdfast.session.Znode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException.Code;

/** The znodes that one server holds. */
public final class Tree {

    /**
     * @param node the node with its data
     * @param mzxid the transaction that changed it last
     */
    record Held(Znode node, long mzxid) {}

    private final SortedMap<String, Held> nodes;

    Tree() {
        this(new TreeMap<>());
    }

    private Tree(SortedMap<String, Held> nodes) {
        this.nodes = nodes;
    }

    Tree copy() {
        return new Tree(new TreeMap<>(nodes));
    }

    public Optional<Znode> node(String path) {
        return Optional.ofNullable(nodes.get(path)).map(Held::node);
    }

    public List<Znode> nodes() {
        return nodes.values().stream().map(Held::node).toList();
    }

    public List<String> children(String path) {
        String base = path.equals("/") ? "/" : path + "/";
        return nodes.keySet().stream()
                .filter(child -> child.startsWith(base) && child.indexOf('/', base.length()) < 0)
                .map(child -> child.substring(base.length()))
                .toList();
    }

    public List<String> ephemeralsOf(long session) {
        return nodes.values().stream()
                .map(Held::node)
                .filter(node -> node.owner() == session)
                .map(Znode::path)
                .toList();
    }

    long mzxid(String path) {
        Held held = nodes.get(path);
        return held == null ? 0 : held.mzxid();
    }

    /** Makes all changes or, if one is refused, none. */
    Outcome commit(List<Change> changes, long zxid) {
        Map<String, Held> before = new TreeMap<>(nodes);
        List<Optional<Znode>> results = new ArrayList<>();
        for (Change change : changes) {
            Code code = refusal(change);
            if (code != Code.OK) {
                nodes.clear();
                nodes.putAll(before);
                return Outcome.refused(code, results.size());
            }
            make(change, zxid);
            results.add(node(change.path()));
        }
        return Outcome.committed(results, zxid);
    }

    /** Makes the changes of a committed transaction, on a server that may hold what the leader does not. */
    Code follow(List<Change> changes, long zxid) {
        Code worst = Code.OK;
        for (Change change : changes) {
            Code code = refusal(change);
            if (code == Code.OK || (change instanceof Change.SetData && code == Code.BADVERSION)) {
                make(change, zxid);
            } else if (changes.size() == 1) {
                worst = code;
            }
        }
        return worst;
    }

    /** Returns the nodes that the changes would delete or overwrite. */
    List<Znode> hitBy(List<Change> changes) {
        return changes.stream()
                .filter(change -> change instanceof Change.Delete || change instanceof Change.SetData)
                .flatMap(change -> node(change.path()).stream())
                .toList();
    }

    void remove(String path) {
        nodes.remove(path);
    }

    /** Puts a node there that no transaction has made: a replica that has diverged. */
    void plant(Znode node) {
        nodes.put(node.path(), new Held(node, node.czxid()));
    }

    /** Tells whether the operations would all succeed. */
    public boolean passes(List<Change> changes) {
        return changes.stream().allMatch(change -> refusal(change) == Code.OK);
    }

    private Code refusal(Change change) {
        Held held = nodes.get(change.path());
        if (change instanceof Change.Create) {
            int slash = change.path().lastIndexOf('/');
            boolean isOrphan = slash > 0 && !nodes.containsKey(change.path().substring(0, slash));
            return isOrphan ? Code.NONODE : held == null ? Code.OK : Code.NODEEXISTS;
        }
        if (held == null) {
            return Code.NONODE;
        }
        if (change instanceof Change.Delete delete) {
            boolean isSame =
                    delete.czxid() == 0 || delete.czxid() == held.node().czxid();
            return isSame && matches(held, delete.version()) ? Code.OK : Code.BADVERSION;
        }
        int version = change instanceof Change.SetData set ? set.version() : ((Change.Check) change).version();
        return matches(held, version) ? Code.OK : Code.BADVERSION;
    }

    private static boolean matches(Held held, int version) {
        return version < 0 || held.node().version() == version;
    }

    private void make(Change change, long zxid) {
        if (change instanceof Change.Create create) {
            Znode node = new Znode(create.path(), create.data(), create.owner(), zxid, 0);
            nodes.put(create.path(), new Held(node, zxid));
        } else if (change instanceof Change.SetData set) {
            Znode node = nodes.get(set.path()).node();
            Znode written = new Znode(set.path(), set.data(), node.owner(), node.czxid(), node.version() + 1);
            nodes.put(set.path(), new Held(written, zxid));
        } else if (change instanceof Change.Delete) {
            nodes.remove(change.path());
        }
    }

    /** Appends what tells this tree from another one. */
    void describe(StringBuilder text) {
        for (Map.Entry<String, Held> entry : nodes.entrySet()) {
            Znode node = entry.getValue().node();
            text.append(entry.getKey())
                    .append(' ')
                    .append(Long.toHexString(node.owner()))
                    .append(' ')
                    .append(node.czxid())
                    .append(' ')
                    .append(node.version())
                    .append(';');
        }
    }
}
