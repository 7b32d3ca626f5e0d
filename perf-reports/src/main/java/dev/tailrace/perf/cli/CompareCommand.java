package dev.tailrace.perf.cli;

import dev.tailrace.perf.compare.RunComparison;
import dev.tailrace.perf.report.ComparisonText;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.store.ResultStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Compares two sessions by their ratios to the same peer.
@Command(
        name = "compare",
        description = "Compare two sessions of different times, each by its ratios to a peer in the same session",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
    private static final int TWO = 2;

    @Mixin
    private final ResultsOptions results = new ResultsOptions();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "OLDER",
            description = "File of a session (the newest but one)")
    private @Nullable Path older;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NEWER", description = "File of a session (the newest)")
    private @Nullable Path newer;

    @Override
    public Integer call() {
        final RunRecord before = ResultStore.read(older == null ? kept(TWO) : older);
        final RunRecord after = ResultStore.read(newer == null ? kept(1) : newer);
        final List<Comparison> comparisons = RunComparison.of(before, after);
        System.out.print(ComparisonText.of(comparisons));
        return RunComparison.isRegressed(comparisons) ? ExitCode.REGRESSED : ExitCode.OK;
    }

    /// @param fromEnd 1 for the newest
    private Path kept(final int fromEnd) {
        final ResultStore store = results.store();
        final List<Path> files = store.files();
        if (files.size() < fromEnd) {
            throw new IllegalArgumentException(
                    "%d of the two sessions to compare are kept in %s: name two files, or measure with 'tailrace bench run'"
                            .formatted(files.size(), store.directory()));
        }
        return files.get(files.size() - fromEnd);
    }
}
