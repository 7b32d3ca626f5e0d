package dev.tailrace.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.compare.Budgets;
import dev.tailrace.perf.compare.Judge;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.store.ResultStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The sessions in `perf-reports/history` can be read, shown and judged again.
final class KeptSessionsTest {
    private static final Path HISTORY = Path.of("history");
    private static final Path CALIBRATION = HISTORY.resolve("2026/11/20261124T160015Z-36d68e4-gate.json");

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(HISTORY)) {
            return files.filter(each -> each.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldStillBeReadShownAndJudgedTheSame() throws IOException {
        return files().stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    final RunRecord run = ResultStore.read(file);
                    assertTrue(RunText.of(run).contains(run.runId()));
                    assertTrue(RunPage.html(run, List.of()).endsWith("</html>\n"));
                    assertEquals(run.verdict(), Judge.judge(run, Budgets.load()).verdict());
                }));
    }

    @Test
    void shouldShowTheVerdictOfACalibrationOnEveryCell() {
        final RunRecord run = ResultStore.read(CALIBRATION);
        final List<String> lines = RunText.of(run).lines().toList();
        for (final CellResult cell : run.cells()) {
            assertTrue(
                    lines.stream().anyMatch(line -> line.startsWith(cell.cell() + " ") && line.contains("UNCHANGED")),
                    cell.cell().id());
        }
    }
}
