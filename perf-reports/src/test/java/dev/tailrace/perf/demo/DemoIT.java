package dev.tailrace.perf.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.OwnNamespaces;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.store.ResultStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo in namespaces of its own, without our product: what it can do before there is an image.
final class DemoIT {
    private static final Duration ALLOWED = Duration.ofSeconds(120);
    private static final int END_WITHIN_SECONDS = 10;

    @TempDir
    private Path out;

    @Test
    void shouldMeasureEveryRulerBothWays() throws IOException {
        final Programs.Ending ending = Programs.end(command(), ALLOWED);
        assertEquals(0, ending.status(), ending.text());
        final RunRecord run = ResultStore.read(out.resolve("demo.json"));
        assertEquals("demo", run.kind());
        assertFalse(run.partial());
        assertEquals(2, run.cells().size(), ending.text());
        for (final CellResult cell : run.cells()) {
            for (final String ruler : List.of("copy proxy", "loopback")) {
                assertTrue(rate(cell, ruler) > 0, ending.text());
            }
        }
        final String page = Files.readString(out.resolve("demo.html"));
        assertTrue(page.contains("copy proxy") && page.contains("</html>"));
    }

    @Test
    void shouldLeaveNoProcessBehindWhenItIsKilled() throws IOException {
        final Process demo = Programs.start(new ProcessBuilder(command()).redirectErrorStream(true));
        Namespace.awaitLine(demo, "[1/", "starting the demo");
        final List<ProcessHandle> all = new ArrayList<>(demo.descendants().toList());
        assertFalse(all.size() < 2, "the JVM and at least one program of its own: " + all);
        demo.destroyForcibly();
        CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
                .orTimeout(END_WITHIN_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /// Also if the machine was busy with other work, and the block does not count.
    private static double rate(final CellResult cell, final String backend) {
        assertEquals(1, cell.blocks().size());
        return cell.blocks()
                .getFirst()
                .samples()
                .get(backend)
                .value(Metric.GOODPUT)
                .orElseThrow();
    }

    private List<String> command() {
        return OwnNamespaces.command(
                OwnJvm.command(DemoMain.class, "--out", out.toString(), "--seconds", "1", "--mtus", "1500"));
    }
}
