package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Fd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A mount namespace of the calling thread whose root is an empty, read-only tmpfs with /etc and /run in it.
///
/// Mounts come in from the namespace that we were in and never go out: it is their master (mount_namespaces(7)). So
/// what is unmounted there is not kept busy by us, and our unmounting the old root is seen by nobody.
final class MountSandbox {
    /// A directory that every system has; covered by the tmpfs until that becomes the root.
    private static final String WORK = "/etc";

    static final List<String> VISIBLE = List.of("/etc", "/run");

    private final Consumer<String> log;
    private final List<Tree> trees = new ArrayList<>();

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
        for (final String path : VISIBLE) {
            take(path, path);
        }
        for (final String path : needed) {
            take(path, path);
        }
        final String resolver = ResolverLink.outside(VISIBLE);
        if (resolver != null && take(ResolverLink.FILE, resolver)) {
            log.accept("sandbox: " + ResolverLink.FILE + " leads to " + resolver + ", which stays visible");
        }
        Mounts.tmpfs(WORK);
        for (final Tree tree : trees) {
            Mounts.makeReadOnly(tree.fd());
            Mounts.attach(tree.fd(), WORK + tree.place());
            Fd.close(tree.fd());
        }
        Mounts.pivot(WORK);
        Mounts.makeReadOnly("/");
    }

    /// Whether there is such a path.
    private boolean take(final String path, final String place) {
        final int fd = Mounts.cloneTree(path);
        if (fd < 0) {
            return false;
        }
        trees.add(new Tree(fd, place));
        return true;
    }

    /// A copy of mounts, and where it will be seen.
    private record Tree(int fd, String place) {}
}
