package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Fd;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A mount namespace of the calling thread whose root is an empty, read-only tmpfs with /etc and /run in it.
///
/// Mounts come in from the namespace that we were in and never go out: it is their master (mount_namespaces(7)). So
/// what is unmounted there is not kept busy by us, and our unmounting the old root is seen by nobody.
final class MountSandbox {
    /// A directory that every system has; covered by the tmpfs until that becomes the root.
    private static final String WORK = "/etc";

    private static final List<String> VISIBLE = List.of("/etc", "/run");

    private final Consumer<String> log;

    MountSandbox(final Consumer<String> log) {
        this.log = log;
    }

    /// Gives the calling thread a mount namespace of its own, the same as before so far.
    void unshare() {
        Mounts.unshare();
        Mounts.makeSlave("/");
    }

    /// Replaces the root of that namespace.
    ///
    /// @param needed paths that stay visible, too
    void build(final List<String> needed) {
        // Everything is taken before the tmpfs covers some of it.
        final Map<String, Integer> trees = new TreeMap<>();
        for (final String path : VISIBLE) {
            take(path, trees);
        }
        for (final String path : needed) {
            take(path, trees);
        }
        final String resolver = ResolverLink.outside(VISIBLE);
        if (resolver != null) {
            final int tree = Mounts.cloneTree(ResolverLink.FILE);
            if (tree >= 0) {
                trees.put(resolver, tree);
                log.accept("sandbox: " + ResolverLink.FILE + " leads to " + resolver + ", which stays visible");
            }
        }
        Mounts.tmpfs(WORK);
        for (final Map.Entry<String, Integer> tree : trees.entrySet()) {
            Mounts.makeReadOnly(tree.getValue());
            Mounts.attach(tree.getValue(), WORK + tree.getKey());
            Fd.close(tree.getValue());
        }
        Mounts.pivot(WORK);
        Mounts.makeReadOnly("/");
    }

    private static void take(final String path, final Map<String, Integer> trees) {
        final int tree = Mounts.cloneTree(path);
        if (tree >= 0) {
            trees.put(path, tree);
        }
    }
}
