package dev.tailrace.perf.cli;

import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.store.ResultStore;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Makes the page, the summary and the picture of a session that is kept.
@Command(
        name = "report",
        description = "Show a session again, as text, page and picture",
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    @Mixin
    private final ResultsOptions results = new ResultsOptions();

    @Option(names = "--out", paramLabel = "DIR", description = "Directory to write to (latest/ of the results)")
    private @Nullable Path out;

    @Parameters(arity = "0..1", paramLabel = "RUN", description = "File of the session (the newest that is kept)")
    private @Nullable Path file;

    @Override
    public Integer call() {
        final ResultStore store = results.store();
        final RunRecord run = ResultStore.read(file == null ? store.newest() : file);
        final Publication publication = new Publication(store);
        publication.show(run);
        publication.publish(run, out == null ? store.latest() : out);
        return ExitCode.OK;
    }
}
