package dev.tailrace.runtime.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The control group of version 2 that this test is in, if it is the account's to divide
/// (Documentation/admin-guide/cgroup-v2.rst, Delegation): `systemd-run --user --scope -p Delegate=yes`, or
/// `scripts/vm`.
final class DelegatedGroup {
    private static final Path MOUNTED = Path.of("/sys/fs/cgroup");
    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");
    private static final String VERSION_2 = "0::/";

    private DelegatedGroup() {}

    /// Why there is none; null if there is one.
    static @Nullable String obstacle() {
        try {
            final Path own = own();
            if (!Files.isWritable(own.resolve("cgroup.subtree_control")) || !Files.isWritable(own)) {
                return "no control group of version 2 is delegated to this test (scripts/vm can)";
            }
            final String there = Files.readString(own.resolve("cgroup.controllers"));
            return List.of(there.strip().split(" ")).containsAll(CONTROLLERS)
                    ? null
                    : "the control group of this test lacks one of " + CONTROLLERS + ": " + there;
        } catch (final IOException e) {
            return "control groups of version 2 are not mounted: " + e;
        }
    }

    /// Lets groups beneath it have limits, for which it may not have processes of its own, and makes some.
    static void divide(final String... names) {
        try {
            final Path own = own();
            final Path rest = Files.createDirectories(own.resolve("rest"));
            for (final String pid :
                    Files.readString(own.resolve("cgroup.procs")).lines().toList()) {
                Files.writeString(rest.resolve("cgroup.procs"), pid);
            }
            Files.writeString(own.resolve("cgroup.subtree_control"), "+" + String.join(" +", CONTROLLERS));
            for (final String name : names) {
                Files.createDirectories(own.resolve(name));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where a machine that was made before [#divide] sees the group of that name.
    static Path seen(final String name) {
        return MOUNTED.resolve(name);
    }

    private static Path own() throws IOException {
        return MOUNTED.resolve(Files.readString(Path.of("/proc/self/cgroup"))
                .lines()
                .filter(line -> line.startsWith(VERSION_2))
                .map(line -> line.substring(VERSION_2.length()))
                .findFirst()
                .orElseThrow(() -> new IOException("/proc/self/cgroup has no line " + VERSION_2)));
    }
}
