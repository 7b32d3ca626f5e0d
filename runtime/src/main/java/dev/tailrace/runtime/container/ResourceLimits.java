package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.List;

/// The limits of getrlimit(2).
final class ResourceLimits {
    /// In the order of their numbers (asm-generic/resource.h).
    private static final List<String> NAMES = List.of(
            "cpu",
            "fsize",
            "data",
            "stack",
            "core",
            "rss",
            "nproc",
            "nofile",
            "memlock",
            "as",
            "locks",
            "sigpending",
            "msgqueue",
            "nice",
            "rtprio",
            "rttime");

    private ResourceLimits() {}

    /// @throws StartException if there is no limit of a name
    static void append(final ChildProgram child, final List<ProcessSpec.ResourceLimit> limits) {
        for (final ProcessSpec.ResourceLimit limit : limits) {
            final int number = NAMES.indexOf(limit.name());
            if (number < 0) {
                throw new StartException(StartException.OTHER, "invalid ulimit type: " + limit.name());
            }
            final long structure = child.memory().allocate(2 * Long.BYTES);
            child.memory().buffer().putLong(child.memory().offset(structure), limit.soft());
            child.memory().buffer().putLong(child.memory().offset(structure) + Long.BYTES, limit.hard());
            final String object = limit.name() + "=" + limit.soft() + ":" + limit.hard();
            child.add("set ulimit", object, SyscallNumber.PRLIMIT64, 0, number, structure, 0);
        }
    }
}
