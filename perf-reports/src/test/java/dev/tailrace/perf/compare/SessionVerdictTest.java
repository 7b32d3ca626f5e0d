package dev.tailrace.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SessionVerdictTest {
    private static final Budgets NONE = new Budgets(List.of());
    private static final List<BackendIdentity> GATE = MadeUp.backends(MadeUp.BASELINE, Role.BASELINE);
    private static final double QUIET = 0.004;

    private static RunRecord gate(final CellResult... cells) {
        return Judge.judge(MadeUp.run("gate", GATE, cells), NONE);
    }

    private static CellResult cell(final String stage, final double ratio, final int blocks) {
        return MadeUp.quiet(stage, MadeUp.BASELINE, ratio, blocks, 2);
    }

    private static CellResult failing(final CellResult cell, final String who, final int blocks) {
        final List<Block> all = new ArrayList<>();
        for (final Block block : cell.blocks()) {
            final Map<String, Sample> samples = new LinkedHashMap<>(block.samples());
            if (block.number() < blocks) {
                samples.put(who, Sample.failed("iperf3: unable to send: EPIPE"));
            }
            all.add(new Block(block.number(), block.order(), block.noise(), List.of(), samples));
        }
        return new CellResult(cell.cell(), cell.stage(), all);
    }

    private static RunRecord partial(final RunRecord run) {
        return new RunRecord(
                run.runId(),
                run.kind(),
                run.profile(),
                run.seed(),
                true,
                run.startedAt(),
                run.elapsedSeconds(),
                run.source(),
                run.settings(),
                run.environment(),
                run.backends(),
                run.starts(),
                run.cells(),
                run.comparisons(),
                run.calibration(),
                run.verdict(),
                run.remarks());
    }

    @Test
    void shouldCallAnUnchangedGateUnchangedAndSayWhatItCouldSee() {
        final RunRecord run = gate(cell(CellResult.SCREEN, 1, 8));
        assertEquals(Verdict.UNCHANGED, run.verdict());
        assertEquals(
                List.of("tcp/c2h/up/mtu1500/x1: changes that this session can see:"
                        + " CPU per GiB from 5 %, throughput from 5 %"),
                run.remarks());
    }

    @Test
    void shouldLetFreshBlocksTakeThePlaceOfTheScreen() {
        assertEquals(
                Verdict.UNCHANGED,
                gate(cell(CellResult.SCREEN, 0.9, 8), cell(CellResult.CONFIRM, 1, 16))
                        .verdict());
    }

    @Test
    void shouldSayWhichMetricOfWhichCellIsWorseAndByHowMuch() {
        final RunRecord run = gate(cell(CellResult.SCREEN, 0.85, 8), cell(CellResult.CONFIRM, 0.85, 16));
        assertEquals(Verdict.REGRESSED, run.verdict());
        assertTrue(
                run.remarks()
                        .getLast()
                        .matches("worse: tcp/c2h/up/mtu1500/x1, throughput of tailrace to tailrace@baseline:"
                                + " 0\\.8[45]\\d \\[0\\.8\\d\\d to 0\\.8\\d\\d\\] in 16 pairs at 99\\.1 %"),
                run.remarks()::toString);
    }

    @Test
    void shouldNameACellThatWasNotMeasuredAgain() {
        final RunRecord run = Judge.judge(partial(MadeUp.run("gate", GATE, cell(CellResult.SCREEN, 0.85, 8))), NONE);
        assertEquals(Verdict.INCONCLUSIVE, run.verdict());
        assertTrue(
                run.remarks().contains(MadeUp.CELL + " looked worse in the first stage, and was not measured again"),
                run.remarks()::toString);
        assertEquals(
                "the session was ended before all was measured", run.remarks().getLast());
    }

    @Test
    void shouldNotCallASessionUnchangedThatWasEndedEarly() {
        final RunRecord run = Judge.judge(partial(MadeUp.run("gate", GATE, cell(CellResult.SCREEN, 1, 8))), NONE);
        assertEquals(Verdict.INCONCLUSIVE, run.verdict());
    }

    @Test
    void shouldNotPassACandidateThatFails() {
        final CellResult good = cell(CellResult.SCREEN, 1, 8);
        final CellResult other = new CellResult(Cell.parse("udp/c2h/up/mtu1500/x1"), good.stage(), good.blocks());
        final RunRecord run = gate(good, failing(other, MadeUp.OURS, 8));
        assertEquals(Verdict.INVALID, run.verdict());
        assertEquals(
                "tailrace fails in udp/c2h/up/mtu1500/x1 and tailrace@baseline does not:"
                        + " iperf3: unable to send: EPIPE",
                run.remarks().getLast());
        assertEquals(
                Verdict.INCONCLUSIVE,
                gate(good, failing(other, MadeUp.BASELINE, 8)).verdict());
        assertEquals(
                Verdict.INCONCLUSIVE, gate(good, failing(other, MadeUp.OURS, 2)).verdict());
    }

    @Test
    void shouldBeInvalidWhenNoComparisonIsValid() {
        final CellResult cell = cell(CellResult.ONLY_STAGE, 1, 8);
        final List<Block> noisy = cell.blocks().stream()
                .map(block -> block.number() < 4 ? block.with("steal 30 %") : block)
                .toList();
        final RunRecord run = gate(new CellResult(cell.cell(), CellResult.SCREEN, noisy));
        assertEquals(Verdict.INVALID, run.verdict());
        assertEquals(
                "no comparison is valid: 4 of 8 blocks do not count: steal 30 %",
                run.remarks().getLast());
    }

    @Test
    void shouldBeInvalidWithoutAnything() {
        assertEquals(Verdict.INVALID, gate().verdict());
        assertEquals(List.of("nothing was measured"), gate().remarks());
    }

    @Test
    void shouldNotFailForBeingSlowerThanTheMachineItself() {
        final RunRecord run = Judge.judge(
                MadeUp.run(
                        "run",
                        MadeUp.backends("loopback", Role.RULER),
                        MadeUp.quiet(CellResult.ONLY_STAGE, "loopback", 0.6, 8, 1)),
                NONE);
        assertEquals(Verdict.INCONCLUSIVE, run.verdict());
        assertEquals(Verdict.REGRESSED, run.comparisons().getFirst().verdict());
    }

    @Test
    void shouldFindNothingConclusiveInOneBlock() {
        final RunRecord run = Judge.judge(
                MadeUp.run(
                        "run",
                        MadeUp.backends("pasta", Role.PEER),
                        MadeUp.quiet(CellResult.ONLY_STAGE, "pasta", 30, 1, 1)),
                NONE);
        assertEquals(Verdict.INCONCLUSIVE, run.verdict());
    }

    @Test
    void shouldCalibrateByTheProgramItself() {
        final List<BackendIdentity> twins = MadeUp.backends(MadeUp.TWIN, Role.BASELINE);
        final RunRecord quiet = Judge.judge(
                MadeUp.run("calibrate", twins, MadeUp.quiet(CellResult.ONLY_STAGE, MadeUp.TWIN, 1, 16, 1)), NONE);
        assertEquals(Verdict.UNCHANGED, quiet.verdict());
        assertEquals(2, quiet.calibration().size());
        assertEquals(1, quiet.remarks().size(), quiet.remarks()::toString);
        final RunRecord loud = Judge.judge(
                MadeUp.run("calibrate", twins, MadeUp.cell(CellResult.ONLY_STAGE, MadeUp.TWIN, 1, 0.15, 16, 1)), NONE);
        assertEquals(Verdict.INCONCLUSIVE, loud.verdict());
    }

    /// The 99th percentile is three times worse here, and the rest is the same.
    @Test
    void shouldNotDecideByThe99thPercentile() {
        final Random random = new Random(4);
        final List<Block> blocks = new ArrayList<>();
        for (final Block block : cell(CellResult.CONFIRM, 1, 16).blocks()) {
            blocks.add(new Block(
                    block.number(),
                    block.order(),
                    block.noise(),
                    List.of(),
                    Map.of(MadeUp.BASELINE, answers(300, random), MadeUp.OURS, answers(900, random))));
        }
        final RunRecord run = gate(new CellResult(Cell.parse("rr/c2h/mtu1500/x1"), CellResult.CONFIRM, blocks));
        assertEquals(Verdict.REGRESSED, run.comparisons().getLast().verdict());
        assertEquals(Metric.P99, run.comparisons().getLast().metric());
        assertEquals(Verdict.UNCHANGED, run.verdict());
        assertFalse(run.remarks().toString().contains("p99"), run.remarks()::toString);
    }

    private static Sample answers(final double p99, final Random random) {
        final double noise = Math.exp(QUIET * random.nextGaussian());
        return Sample.of(Map.of(
                Metric.TRANSACTIONS,
                9000 / noise,
                Metric.P50,
                100 * noise,
                Metric.P99,
                p99 * noise,
                Metric.CPU_PER_TRANSACTION,
                0.0));
    }

    @Test
    void shouldNamePromisesThatAreBrokenAndThatWereNotMeasured() {
        final Budgets budgets = Budgets.parse("b", """
                [{"cell": "tcp/*/*/*/x1", "metric": "goodputBitsPerSecond", "versus": "pasta", "atLeast": 2},
                 {"cell": "tcp/*/*/*/x1", "metric": "cpuSecondsPerGib", "versus": "pasta", "atMost": 0.1},
                 {"cell": "udp/*/*/*/x1", "metric": "goodputBitsPerSecond", "versus": "pasta", "atLeast": 1}]
                """);
        final RunRecord measured = MadeUp.run(
                "run", MadeUp.backends("pasta", Role.PEER), MadeUp.quiet(CellResult.ONLY_STAGE, "pasta", 3, 8, 1));
        final RunRecord run = Judge.judge(measured, budgets);
        assertEquals(Verdict.REGRESSED, run.verdict());
        assertEquals(
                "promises not measured: throughput of udp/*/*/*/x1 to pasta",
                run.remarks().getFirst());
        assertTrue(
                run.remarks().getLast().startsWith("a promise is broken: tcp/c2h/up/mtu1500/x1, CPU per GiB"),
                run.remarks()::toString);
        assertTrue(run.remarks().getLast().endsWith("promised at most 0.10"), run.remarks()::toString);
        assertEquals(budgets.outcomes(run), Judge.budgets(measured, budgets));
    }

    private static RunRecord alone(final double ratio) {
        return MadeUp.run(
                "run", MadeUp.backends("pasta", Role.PEER), MadeUp.quiet(CellResult.ONLY_STAGE, "pasta", ratio, 8, 1));
    }

    private static Verdict verdict(final double ratio, final String promise) {
        return Judge.judge(alone(ratio), Budgets.parse("b", "[" + promise + "]"))
                .verdict();
    }

    /// Our throughput is 10 Gbit/s and the ratio.
    @Test
    void shouldHoldUsToValuesThatAreNoRatios() {
        final String atLeast = """
                {"cell": "tcp/**", "metric": "goodputBitsPerSecond", "of": "tailrace", "atLeast": 20000000000}
                """;
        assertEquals(Verdict.UNCHANGED, verdict(2.2, atLeast));
        assertEquals(Verdict.INCONCLUSIVE, verdict(2, atLeast));
        assertEquals(Verdict.REGRESSED, verdict(1.8, atLeast));
        final RunRecord run = Judge.judge(alone(1.8), Budgets.parse("b", "[" + atLeast + "]"));
        final String last = run.remarks().getLast();
        assertTrue(last.startsWith("a promise is broken: tcp/c2h/up/mtu1500/x1, throughput of tailrace: 17"), last);
        assertEquals(Verdict.INCONCLUSIVE, verdict(1.8, atLeast.replace("tailrace", "another")));
    }

    @Test
    void shouldHoldUsToBothSidesOfWhatIsToBeTheSame() {
        final String within = """
                {"cell": "tcp/**", "metric": "goodputBitsPerSecond", "versus": "pasta", "within": 0.05}
                """;
        assertEquals(Verdict.UNCHANGED, verdict(1.01, within));
        assertEquals(Verdict.UNCHANGED, verdict(0.98, within));
        assertEquals(Verdict.REGRESSED, verdict(1.1, within));
        assertEquals(Verdict.REGRESSED, verdict(0.9, within));
    }
}
