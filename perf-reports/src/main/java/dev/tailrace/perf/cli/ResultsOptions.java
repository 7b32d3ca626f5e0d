package dev.tailrace.perf.cli;

import dev.tailrace.perf.store.ResultStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where results are kept.
final class ResultsOptions {
    @Option(
            names = "--results",
            paramLabel = "DIR",
            description =
                    "Directory of results (perf-reports/target/bench of the checkout, else tailrace/bench under XDG_STATE_HOME)")
    private @Nullable Path directory;

    @Option(
            names = "--publish",
            description = "Keep the results in perf-reports of the checkout, where they can be committed")
    private boolean publish;

    ResultStore store() {
        return new ResultStore(place());
    }

    private Path place() {
        if (directory != null) {
            return directory;
        }
        final Optional<Path> reports = Settings.checkout().map(checkout -> checkout.resolve("perf-reports"));
        if (publish) {
            return reports.orElseThrow(() ->
                    new IllegalArgumentException("--publish: this is no checkout; name the directory with --results"));
        }
        return reports.map(each -> each.resolve("target").resolve("bench")).orElseGet(ResultsOptions::ofUser);
    }

    /// Where it is nobody's checkout.
    static Path ofUser() {
        final Map<String, String> environment = System.getenv();
        final String state = environment.getOrDefault("XDG_STATE_HOME", "");
        final Path base = state.startsWith("/")
                ? Path.of(state)
                : Path.of(environment.getOrDefault("HOME", "."), ".local", "state");
        return base.resolve("tailrace").resolve("bench");
    }
}
