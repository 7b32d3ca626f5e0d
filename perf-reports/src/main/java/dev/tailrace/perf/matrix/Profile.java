package dev.tailrace.perf.matrix;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;

/// A list of cells to measure, and how.
///
/// @param blocks in which each of `backends` takes its turns in each cell that it carries
/// @param referenceBlocks of these, the first ones, in which `references` take part too
/// @param turns of each backend in a cell of a block, alternating with those of the others: the machine changes
/// within seconds, and short turns side by side see the same of it
/// @param seconds that a turn lasts
/// @param warmupSeconds of traffic each way after the start of what runs on a JVM
/// @param pin whether backends, and clients and servers, are kept on processors of their own
/// @param noiseCounts whether a block on a noisy machine does not count
/// @param backends ids, in the order to show
/// @param references ids of what only promises are held against
public record Profile(
        String name,
        String description,
        int blocks,
        int referenceBlocks,
        int turns,
        int seconds,
        int warmupSeconds,
        boolean pin,
        boolean noiseCounts,
        List<String> backends,
        List<String> references,
        List<Cell> cells) {
    public Profile {
        backends = List.copyOf(backends);
        references = List.copyOf(references);
        cells = List.copyOf(cells);
        requirePositive("blocks", blocks);
        requirePositive("turns", turns);
        requirePositive("seconds", seconds);
        requirePositive("warmupSeconds", warmupSeconds);
        if (referenceBlocks < 0) {
            throw new IllegalArgumentException("referenceBlocks must not be negative: " + referenceBlocks);
        }
        if (cells.isEmpty() || backends.isEmpty()) {
            throw new IllegalArgumentException(
                    "profile %s lists no %s".formatted(name, cells.isEmpty() ? "cells" : "backends"));
        }
    }

    private static void requirePositive(final String what, final int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be at least 1: %d".formatted(what, value));
        }
    }

    /// All ids, those of `backends` first.
    public List<String> everyone() {
        final List<String> all = new ArrayList<>(backends);
        references.stream().filter(id -> !all.contains(id)).forEach(all::add);
        return all;
    }

    /// Whether a backend takes part in a block.
    public boolean takesPart(final String backend, final int block) {
        return backends.contains(backend) || (block < referenceBlocks && references.contains(backend));
    }

    /// The profile with what a command line changes in it.
    ///
    /// @param onlyBackends globs of ids, or an exact id; all when empty. If all of these are references,
    /// they take part in every block.
    /// @param onlyCells globs of cell ids; all when empty
    /// @throws IllegalArgumentException in one line, for a glob that matches nothing
    public Profile with(
            final OptionalInt newBlocks,
            final OptionalInt newTurns,
            final OptionalInt newSeconds,
            final OptionalInt newWarmupSeconds,
            final Optional<Boolean> newPin,
            final List<String> onlyBackends,
            final List<String> onlyCells) {
        final List<String> chosen = select("backend", onlyBackends, everyone(), Function.identity());
        final List<String> inEveryBlock =
                chosen.stream().filter(backends::contains).toList();
        return new Profile(
                name,
                description,
                newBlocks.orElse(blocks),
                Math.min(referenceBlocks, newBlocks.orElse(blocks)),
                newTurns.orElse(turns),
                newSeconds.orElse(seconds),
                newWarmupSeconds.orElse(warmupSeconds),
                newPin.orElse(pin),
                noiseCounts,
                inEveryBlock.isEmpty() ? chosen : inEveryBlock,
                chosen.stream().filter(references::contains).toList(),
                select("cell", onlyCells, cells, Cell::id));
    }

    /// The same cells for other backends.
    public Profile withBackends(final List<String> newBackends, final List<String> newReferences) {
        return new Profile(
                name,
                description,
                blocks,
                referenceBlocks,
                turns,
                seconds,
                warmupSeconds,
                pin,
                noiseCounts,
                newBackends,
                newReferences,
                cells);
    }

    private <T> List<T> select(
            final String kind, final List<String> globs, final List<T> all, final Function<T, String> id) {
        if (globs.isEmpty()) {
            return all;
        }
        for (final String glob : globs) {
            if (all.stream().noneMatch(each -> matches(glob, id.apply(each)))) {
                throw new IllegalArgumentException(
                        "no %s of the profile %s matches '%s'; it has %s".formatted(kind, name, glob, ids(all, id)));
            }
        }
        return all.stream()
                .filter(each -> globs.stream().anyMatch(glob -> matches(glob, id.apply(each))))
                .toList();
    }

    private static <T> String ids(final Collection<T> all, final Function<T, String> id) {
        return String.join(", ", all.stream().map(id).toList());
    }

    private static boolean matches(final String glob, final String id) {
        return glob.equals(id) || matcher(glob).matches(Path.of(id));
    }

    private static PathMatcher matcher(final String glob) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + glob);
        } catch (PatternSyntaxException malformed) {
            throw new IllegalArgumentException(
                    "'%s' is no pattern: %s".formatted(glob, malformed.getDescription()), malformed);
        }
    }
}
