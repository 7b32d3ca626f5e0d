package dev.tailrace.perf.cli;

import dev.tailrace.perf.report.RunPage;
import dev.tailrace.perf.report.RunPicture;
import dev.tailrace.perf.report.RunSummary;
import dev.tailrace.perf.report.RunText;
import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.store.ResultStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Shows a session to people.
final class Publication {
    private final ResultStore store;

    Publication(final ResultStore store) {
        this.store = store;
    }

    /// On the terminal.
    void show(final RunRecord run) {
        System.out.print(RunText.of(run));
    }

    /// As files, each written whole or not at all.
    void publish(final RunRecord run, final Path directory) {
        final Path page = directory.resolve("report.html");
        ResultStore.write(page, RunPage.html(run, earlier(run)));
        ResultStore.write(directory.resolve("summary.md"), RunSummary.markdown(run));
        ResultStore.write(directory.resolve("throughput.svg"), RunPicture.svg(run));
        System.out.println("The page: " + page);
    }

    /// The kept sessions before a run. One that cannot be read is named and left out.
    private List<RunRecord> earlier(final RunRecord run) {
        final List<RunRecord> earlier = new ArrayList<>();
        for (final Path file : store.files()) {
            try {
                final RunRecord kept = ResultStore.read(file);
                if (kept.runId().compareTo(run.runId()) < 0) {
                    earlier.add(kept);
                }
            } catch (ResultException unreadable) {
                System.err.println("tailrace bench: left out of the history: " + unreadable.getMessage());
            }
        }
        return earlier;
    }
}
