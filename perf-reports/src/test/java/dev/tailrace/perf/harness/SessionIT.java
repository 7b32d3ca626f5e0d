package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tailrace.perf.lab.Deadline;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.OwnNamespaces;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunJson;
import dev.tailrace.perf.result.RunReader;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A small session with rulers only, in namespaces of its own.
final class SessionIT {
    private static final Duration ALLOWED = Duration.ofSeconds(120);
    private static final String BULK = "tcp/c2h/up/mtu1500/x2";
    private static final String ASKING = "rr/c2h/mtu1500/x1";
    private static final String BRIDGED = "tcp/c2c/up/mtu1500/x1";
    private static final int INTERRUPTED = 130;

    @TempDir
    private Path directory;

    @Test
    void shouldMeasureEveryRulerInEveryBlock() throws IOException {
        final Programs.Ending ending = Programs.end(command(), ALLOWED);
        assertEquals(0, ending.status(), ending.text());
        assertTrue(ending.text().endsWith("no process is left"), ending.text());
        final RunRecord run = record();
        assertFalse(run.partial());
        assertEquals(
                List.of("copy proxy", "loopback", "bridge"),
                run.backends().stream().map(BackendIdentity::id).toList());
        assertSamples(run, BULK, Set.of("copy proxy", "loopback"), Metric.GOODPUT);
        assertSamples(run, ASKING, Set.of("copy proxy", "loopback"), Metric.TRANSACTIONS);
        assertSamples(run, BRIDGED, Set.of("bridge"), Metric.GOODPUT);
        assertTrue(run.starts().stream()
                .filter(each -> each.backend().equals("copy proxy"))
                .allMatch(each -> each.coldUpBitsPerSecond().orElse(0) > 0
                        && each.peakResidentBytes().orElse(0) > 0));
        for (final double cost :
                run.cell(BULK, CellResult.ONLY_STAGE).orElseThrow().values("copy proxy", Metric.CPU_PER_GIB)) {
            assertTrue(cost > 0.01 && cost < 60, "s/GiB: " + cost);
        }
    }

    /// SIGTERM, since SIGINT is ignored in what was started in the background. [dev.tailrace.perf.lab.StopSignal]
    /// treats both alike.
    @Test
    void shouldKeepTheFinishedSamplesWhenItIsAskedToEnd() throws IOException, InterruptedException {
        final Process session = Programs.start(new ProcessBuilder(command()).redirectErrorStream(true));
        try (Deadline deadline = new Deadline(session, ALLOWED)) {
            Namespace.awaitLine(session, "[1/", "waiting for the first cell");
            session.toHandle().children().forEach(ProcessHandle::destroy);
            Namespace.awaitLine(session, "no process is left", "waiting for the end");
            assertEquals(INTERRUPTED, session.waitFor());
            assertFalse(deadline.isExpired());
        }
        final RunRecord run = record();
        assertTrue(run.partial());
        final List<Sample> samples = run.cells().stream()
                .flatMap(each -> each.blocks().stream())
                .flatMap(each -> each.samples().values().stream())
                .toList();
        assertFalse(samples.isEmpty());
        assertEquals(
                List.of(),
                samples.stream().flatMap(each -> each.failure().stream()).toList());
    }

    private static void assertSamples(
            final RunRecord run, final String cell, final Set<String> backends, final Metric metric) {
        final CellResult result = run.cell(cell, CellResult.ONLY_STAGE).orElseThrow();
        assertEquals(2, result.blocks().size());
        for (final Block block : result.blocks()) {
            assertEquals(backends, block.samples().keySet());
            block.samples().forEach((backend, sample) -> {
                assertEquals(List.of(), sample.failure().stream().toList(), backend);
                assertTrue(sample.value(metric).orElse(0) > 0, backend);
            });
        }
    }

    /// What the session wrote, valid by the schema.
    private RunRecord record() throws IOException {
        final String json = Files.readString(file());
        try (InputStream schema = RunJson.class.getResourceAsStream("run-v1.schema.json")) {
            assertEquals(
                    List.of(),
                    SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                            .getSchema(new String(schema.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON)
                            .validate(json, InputFormat.JSON));
        }
        return RunReader.read(json);
    }

    private Path file() {
        return directory.resolve("run.json");
    }

    private List<String> command() {
        return OwnNamespaces.command(OwnJvm.command(
                MiniSession.class, file().toString(), "-", "copy proxy+loopback+bridge", BULK, ASKING, BRIDGED));
    }
}
