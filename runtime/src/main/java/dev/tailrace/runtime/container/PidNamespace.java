package dev.tailrace.runtime.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The processes of a container, found in the engine's /proc by their process namespace, and by their parents where
/// they have made one below it.
final class PidNamespace {
    private static final Path PROC = Path.of("/proc");

    private PidNamespace() {}

    /// What names the namespace of process `pid`; empty if it has ended.
    static Optional<String> of(final int pid) {
        try {
            return Optional.of(
                    Files.readSymbolicLink(PROC.resolve(pid + "/ns/pid")).toString());
        } catch (final IOException _) {
            // It has ended, or it is not ours to look at: not one of the container's either way.
            return Optional.empty();
        }
    }

    /// The processes in namespace `name` and below, in the order of their numbers.
    static List<Integer> processes(final String name) {
        final List<Integer> all = all();
        final Map<Integer, Boolean> isInside = new HashMap<>();
        for (final int pid : all) {
            isInside.put(pid, of(pid).filter(name::equals).isPresent());
        }
        return all.stream().filter(pid -> isInside(pid, isInside)).toList();
    }

    /// Whether process `pid` is among [#processes].
    static boolean contains(final String name, final int pid) {
        return of(pid).filter(name::equals).isPresent()
                || parent(pid).filter(parent -> contains(name, parent)).isPresent();
    }

    private static boolean isInside(final int pid, final Map<Integer, Boolean> known) {
        final Boolean isInside = known.get(pid);
        if (isInside == null || isInside) {
            return isInside != null;
        }
        final boolean isChild =
                parent(pid).filter(parent -> isInside(parent, known)).isPresent();
        known.put(pid, isChild);
        return isChild;
    }

    private static Optional<Integer> parent(final int pid) {
        return ProcessHandle.of(pid).flatMap(ProcessHandle::parent).map(parent -> (int) parent.pid());
    }

    private static List<Integer> all() {
        final List<Integer> pids = new ArrayList<>();
        try (Stream<Path> entries = Files.list(PROC)) {
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.chars().allMatch(Character::isDigit))
                    .map(Integer::valueOf)
                    .sorted()
                    .forEach(pids::add);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return pids;
    }
}
