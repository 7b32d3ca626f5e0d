package dev.tailrace.runtime.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Control groups of version 2 (Documentation/admin-guide/cgroup-v2.rst) beneath one that the engine was given: by
/// systemd, for a unit with Delegate=yes.
///
/// A group whose controllers its children have may have no processes of its own. So the engine moves into the child
/// `engine`, and containers get children of `containers`. Unless it is told otherwise systemd gives users memory and
/// pids only: what there is is used. Files only: a directory of files does for a test.
public final class ControlGroups {
    /// What the limits need.
    private static final Set<String> CONTROLLERS = new TreeSet<>(List.of("cpu", "memory", "pids"));

    private static final String VERSION_2 = "0::";
    private static final long DEFAULT_PERIOD_US = 100_000;
    private static final long LEAST_QUOTA_US = 1000;
    private static final long NANO = 1_000_000_000;
    private static final String NO_LIMIT = "max";
    private static final String LACKS = "the control group of the engine lacks ";

    private final Path containers;
    private final Set<String> controllers;

    private ControlGroups(final Path containers, final Set<String> controllers) {
        this.containers = containers;
        this.controllers = controllers;
    }

    /// What there is on this machine.
    ///
    /// @param missing controllers that there are not
    /// @param obstacle why these are missing, in a few words; empty if none is
    public record Found(Optional<ControlGroups> groups, Set<String> missing, String obstacle) {
        static Found none(final String obstacle) {
            return new Found(Optional.empty(), CONTROLLERS, obstacle);
        }

        /// Why some of these limits are not held; empty if all are.
        String obstacleTo(final Resources limits) {
            return Collections.disjoint(missing, limits.controllers()) ? "" : obstacle;
        }
    }

    /// Takes the group that this process is in, if it is ours to divide.
    ///
    /// @param mounted where control groups of version 2 are, `/sys/fs/cgroup`
    /// @param membership text of `/proc/self/cgroup`
    public static Found take(final Path mounted, final String membership) {
        final Optional<String> own = membership
                .lines()
                .filter(line -> line.startsWith(VERSION_2))
                .map(line -> line.substring(VERSION_2.length()))
                .findFirst();
        if (own.isEmpty() || !Files.exists(mounted.resolve("cgroup.controllers"))) {
            return Found.none("this machine has no control groups of version 2");
        }
        final Path group = mounted.resolve(own.get().substring(1)).normalize();
        try {
            final Set<String> missing = new TreeSet<>(CONTROLLERS);
            missing.removeAll(Arrays.asList(Files.readString(group.resolve("cgroup.controllers"))
                    .strip()
                    .split(" ")));
            final boolean isOurs = Stream.of("cgroup.procs", "cgroup.subtree_control")
                    .allMatch(file -> Files.isWritable(group.resolve(file)));
            if (!isOurs || !Files.isWritable(group)) {
                return Found.none("no control group is delegated to the engine");
            }
            final String obstacle = missing.isEmpty() ? "" : LACKS + String.join(", ", missing);
            if (missing.equals(CONTROLLERS)) {
                return Found.none(obstacle);
            }
            final Set<String> present = new TreeSet<>(CONTROLLERS);
            present.removeAll(missing);
            return new Found(Optional.of(divide(group, present)), missing, obstacle);
        } catch (final IOException e) {
            return Found.none("the control group of the engine cannot be used: " + e.getMessage());
        }
    }

    private static ControlGroups divide(final Path group, final Set<String> controllers) throws IOException {
        final Path engine = Files.createDirectories(group.resolve("engine"));
        for (final String pid : Files.readString(group.resolve("cgroup.procs")).split("\\s+")) {
            if (!pid.isEmpty()) {
                write(engine.resolve("cgroup.procs"), pid);
            }
        }
        enable(group, controllers);
        final Path containers = Files.createDirectories(group.resolve("containers"));
        enable(containers, controllers);
        return new ControlGroups(containers, controllers);
    }

    private static void enable(final Path group, final Set<String> controllers) throws IOException {
        write(group.resolve("cgroup.subtree_control"), "+" + String.join(" +", controllers));
    }

    /// Makes the group of a container, or takes what an engine that was killed has left of it.
    ControlGroup create(final String id, final Resources limits) {
        try {
            final Path group = Files.createDirectories(containers.resolve(id));
            limit(group, limits);
            return ControlGroup.of(group);
        } catch (final IOException e) {
            throw failed("make", id, e);
        }
    }

    /// Changes the limits of a container that runs.
    void limit(final String id, final Resources limits) {
        try {
            limit(containers.resolve(id), limits);
        } catch (final IOException e) {
            throw failed("change", id, e);
        }
    }

    /// Does nothing if it is not there. No process is in it any more.
    void remove(final String id) {
        try {
            Files.deleteIfExists(containers.resolve(id));
        } catch (final NoSuchFileException _) {
            return;
        } catch (final IOException e) {
            throw failed("remove", id, e);
        }
    }

    private void limit(final Path group, final Resources limits) throws IOException {
        if (controllers.contains("memory")) {
            write(group.resolve("memory.max"), text(limits.memoryBytes()));
            final Path swap = group.resolve("memory.swap.max");
            // A kernel without accounting of swap has no such file.
            if (Files.exists(swap)) {
                write(swap, swap(limits));
            }
        }
        if (controllers.contains("cpu")) {
            write(group.resolve("cpu.max"), processors(limits));
            write(group.resolve("cpu.weight"), Long.toString(weight(limits.shares())));
        }
        if (controllers.contains("pids")) {
            write(group.resolve("pids.max"), text(limits.processes()));
        }
    }

    private static String text(final long limit) {
        return limit > 0 ? Long.toString(limit) : NO_LIMIT;
    }

    /// As much again as memory, where nothing is said; as Docker does.
    private static String swap(final Resources limits) {
        if (limits.memoryBytes() <= 0 || limits.swapBytes() < 0) {
            return NO_LIMIT;
        }
        return Long.toString(
                limits.swapBytes() == 0
                        ? limits.memoryBytes()
                        : Math.max(0, limits.swapBytes() - limits.memoryBytes()));
    }

    /// `QUOTA PERIOD`, both in microseconds.
    private static String processors(final Resources limits) {
        final long periodUs = limits.periodUs() > 0 ? limits.periodUs() : DEFAULT_PERIOD_US;
        if (limits.nanoProcessors() > 0) {
            final long quotaUs = Math.multiplyHigh(limits.nanoProcessors(), DEFAULT_PERIOD_US) != 0
                    ? Long.MAX_VALUE / NANO
                    : limits.nanoProcessors() * DEFAULT_PERIOD_US / NANO;
            return Math.max(LEAST_QUOTA_US, quotaUs) + " " + DEFAULT_PERIOD_US;
        }
        return (limits.quotaUs() > 0 ? Long.toString(limits.quotaUs()) : NO_LIMIT) + " " + periodUs;
    }

    /// Shares of version 1, 2 to 262144, on the scale of version 2, 1 to 10000, so that their ends meet; 100, which is
    /// the default here, without any.
    private static long weight(final long shares) {
        return shares <= 0 ? 100 : 1 + (Math.clamp(shares, 2, 262_144) - 2) * 9999L / 262_142;
    }

    private static void write(final Path file, final String text) throws IOException {
        Files.writeString(file, text);
    }

    private static UncheckedIOException failed(final String what, final String id, final IOException e) {
        return new UncheckedIOException(
                new IOException("cannot " + what + " the control group of " + id + ": " + e.getMessage(), e));
    }
}
