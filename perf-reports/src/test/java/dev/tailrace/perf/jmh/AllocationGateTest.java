package dev.tailrace.perf.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.result.ResultException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// On documents of the form that JMH 1.37 writes.
final class AllocationGateTest {
    private static final List<String> FREE = List.of("dev.tailrace.bench.wire.", "dev.tailrace.bench.tcp.");

    private static String document(final String benchmark, final String secondary) {
        return """
                [{"jmhVersion": "1.37", "benchmark": "%s", "mode": "avgt", "threads": 1, "forks": 1, "measurementTime": "500 ms",
                  "params": {"bytes": "1448"},
                  "primaryMetric": {"score": 12.5, "scoreError": "NaN", "scoreConfidence": ["NaN", "NaN"],
                    "scorePercentiles": {"0.0": 12.5}, "scoreUnit": "ns/op", "rawData": [[12.5]]},
                  "secondaryMetrics": {%s}}]
                """.formatted(benchmark, secondary);
    }

    private static String allocating(final String score) {
        return "\"gc.alloc.rate.norm\": {\"score\": %s, \"scoreError\": \"NaN\", \"scoreUnit\": \"B/op\"}"
                .formatted(score);
    }

    private static List<String> violations(final String benchmark, final String secondary) {
        return AllocationGate.violations(JmhResult.parse(document(benchmark, secondary)), FREE);
    }

    /// 40 million operations of 12.5 ns, and 6 KB.
    @Test
    void shouldPassWhatIsOnlyTheHarnesss() {
        assertEquals(List.of(), violations("dev.tailrace.bench.wire.A.b", allocating("0.00015")));
    }

    @Test
    void shouldCountTheOperationsOfAnIteration() {
        final JmhResult average =
                JmhResult.parse(document("dev.tailrace.bench.wire.A.b", "")).getFirst();
        assertEquals(40e6, average.iterationOperations().getAsDouble(), 1);
        final String throughput = document("dev.tailrace.bench.wire.A.b", "").replace("ns/op", "ops/s");
        assertEquals(
                6.25,
                JmhResult.parse(throughput).getFirst().iterationOperations().getAsDouble(),
                1e-9);
    }

    @Test
    void shouldFindAnObjectInEachHundredthOperation() {
        assertEquals(
                List.of("wire.A.b (bytes=1448): allocates 0.160 B/op, and must not"),
                violations("dev.tailrace.bench.wire.A.b", allocating("0.16")));
    }

    @Test
    void shouldNotTakeAMissingProfilerForNothing() {
        assertEquals(1, violations("dev.tailrace.bench.tcp.A.b", "").size());
        assertEquals(
                1,
                violations("dev.tailrace.bench.tcp.A.b", allocating("\"NaN\"")).size());
    }

    @Test
    void shouldLetOthersAllocate() {
        assertEquals(List.of(), violations("dev.tailrace.bench.binding.A.b", allocating("48.0")));
    }

    @Test
    void shouldReadTheNumbers() {
        final JmhResult result = JmhResult.parse(document("dev.tailrace.bench.wire.A.b", allocating("24.0")))
                .getFirst();
        assertEquals(12.5, result.score());
        assertEquals("ns/op", result.unit());
        assertTrue(result.error().isEmpty());
        assertEquals(24.0, result.allocatedBytes().getAsDouble());
    }

    @Test
    void shouldRefuseWhatIsNoDocument() {
        assertThrows(ResultException.class, () -> JmhResult.parse("[{"));
    }
}
