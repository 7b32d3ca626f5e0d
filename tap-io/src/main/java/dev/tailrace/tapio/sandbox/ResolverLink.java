package dev.tailrace.tapio.sandbox;

import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where `/etc/resolv.conf` leads: on many systems it is a symbolic link to a file that some service writes.
final class ResolverLink {
    static final String FILE = "/etc/resolv.conf";

    /// As many as the kernel follows (path_resolution(7)).
    private static final int MOST_LINKS = 40;

    private static final int MOST_PATH_BYTES = 4096;
    private static final int AT_FDCWD = -100;

    private ResolverLink() {}

    /// The first path on the way of the links that is not below one of the directories, or null.
    static @Nullable String outside(final List<String> directories) {
        return outside(directories, ResolverLink::read);
    }

    /// @param links answers what a link contains, or an empty text for what is no link
    static @Nullable String outside(final List<String> directories, final UnaryOperator<String> links) {
        String path = FILE;
        for (int i = 0; i <= MOST_LINKS; i++) {
            if (!isBelow(path, directories)) {
                return path;
            }
            final String target = links.apply(path);
            if (target.isEmpty()) {
                return null;
            }
            path = normalize(target.startsWith("/") ? target : path + "/../" + target);
        }
        return null;
    }

    private static boolean isBelow(final String path, final List<String> directories) {
        for (final String directory : directories) {
            if (path.startsWith(directory + "/")) {
                return true;
            }
        }
        return false;
    }

    /// Takes out `.` and `..`, without regard to directories that are links.
    private static String normalize(final String path) {
        final Deque<String> names = new ArrayDeque<>();
        for (final String name : path.split("/")) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return "/" + String.join("/", names);
    }

    private static String read(final String path) {
        try (Memory memory = Memory.region(2 * MOST_PATH_BYTES)) {
            final long name = memory.cString(path);
            final long target = memory.allocate(MOST_PATH_BYTES);
            final long length = Syscall.call(SyscallNumber.READLINKAT, AT_FDCWD, name, target, MOST_PATH_BYTES - 1);
            return length <= 0 ? "" : memory.stringAt(target);
        }
    }
}
