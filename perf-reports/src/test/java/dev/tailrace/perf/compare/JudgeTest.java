package dev.tailrace.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JudgeTest {
    private static final Budgets NONE = new Budgets(List.of());
    private static final List<BackendIdentity> GATE = MadeUp.backends(MadeUp.BASELINE, Role.BASELINE);
    private static final List<BackendIdentity> TWINS = MadeUp.backends(MadeUp.TWIN, Role.BASELINE);

    private static RunRecord gate(final double ratio, final long seed) {
        return Judge.judge(
                MadeUp.run(
                        "gate",
                        GATE,
                        MadeUp.cell(CellResult.SCREEN, MadeUp.BASELINE, ratio, 0.03, 8, seed),
                        MadeUp.cell(CellResult.CONFIRM, MadeUp.BASELINE, ratio, 0.03, 16, seed + 1)),
                NONE);
    }

    /// With 3 % of noise and one value in twelve off by 30 %; the rest is INCONCLUSIVE.
    @Test
    void shouldFindAPlantedRegressionNearlyAlways() {
        int found = 0;
        for (long seed = 0; seed < 100; seed++) {
            final RunRecord run = gate(0.85, seed);
            if (run.verdict() == Verdict.REGRESSED) {
                found++;
                assertTrue(run.remarks().getLast().startsWith("worse: " + MadeUp.CELL), run.remarks()::toString);
            } else {
                assertEquals(Verdict.INCONCLUSIVE, run.verdict(), "seed " + seed);
            }
        }
        assertTrue(found >= 80, found + " of 100");
    }

    @Test
    void shouldNotFindARegressionThatIsNotThere() {
        for (long seed = 0; seed < 200; seed++) {
            assertTrue(gate(1, seed).verdict() != Verdict.REGRESSED, "seed " + seed);
        }
    }

    @Test
    void shouldCallTheSameUnchangedAndAGainImproved() {
        int unchanged = 0;
        int improved = 0;
        for (long seed = 0; seed < 100; seed++) {
            unchanged += gate(1, seed).comparisons().getLast().verdict() == Verdict.UNCHANGED ? 1 : 0;
            improved += gate(1.2, seed).comparisons().getLast().verdict() == Verdict.IMPROVED ? 1 : 0;
        }
        assertTrue(unchanged >= 50, unchanged + " of 100");
        assertTrue(improved >= 85, improved + " of 100");
    }

    @Test
    void shouldNotDecideByTheScreenAlone() {
        final RunRecord run = Judge.judge(
                MadeUp.run("gate", GATE, MadeUp.cell(CellResult.SCREEN, MadeUp.BASELINE, 0.8, 0.03, 8, 1)), NONE);
        assertEquals(Verdict.INCONCLUSIVE, run.verdict());
    }

    @Test
    void shouldChooseOnlyCellsThatLookWorseForTheSecondStage() {
        assertEquals(List.of(Cell.parse(MadeUp.CELL)), flagged(0.9));
        assertEquals(List.of(), flagged(1.1));
    }

    private static List<Cell> flagged(final double ratio) {
        return Screen.flagged(
                List.of(MadeUp.cell(CellResult.SCREEN, MadeUp.BASELINE, ratio, 0.02, 8, 3)),
                GATE,
                MadeUp.BASELINE,
                MadeUp.OURS);
    }

    @Test
    void shouldBelieveNothingWhenTheProgramDiffersFromItself() {
        final RunRecord run = Judge.judge(
                MadeUp.run("run", TWINS, MadeUp.cell(CellResult.ONLY_STAGE, MadeUp.TWIN, 0.8, 0.03, 16, 1)), NONE);
        assertEquals(Verdict.INVALID, run.verdict());
        assertTrue(run.comparisons().isEmpty());
        assertEquals(2, run.calibration().size());
    }

    @Test
    void shouldNotCompareWithAProgramThatIsNotWhatItsNameSays() {
        final RunRecord run = Judge.judge(
                MadeUp.run(
                        "run",
                        MadeUp.backends("pasta", Role.PEER, "/usr/bin/pasta says it is 'slirp4netns version 1.2.0'"),
                        MadeUp.cell(CellResult.ONLY_STAGE, "pasta", 30, 0.03, 8, 1)),
                NONE);
        final Comparison comparison = run.comparisons().getFirst();
        assertEquals(Verdict.INVALID, comparison.verdict());
        assertTrue(comparison.remark().contains("slirp4netns version 1.2.0"), comparison.remark());
    }

    @Test
    void shouldCallACellInvalidWhenMoreThanAQuarterOfTheBlocksAreNoisy() {
        final CellResult quiet = MadeUp.cell(CellResult.ONLY_STAGE, "pasta", 1.5, 0.03, 8, 1);
        assertEquals(Verdict.IMPROVED, verdict(noisy(quiet, 2)));
        assertEquals(Verdict.INVALID, verdict(noisy(quiet, 3)));
    }

    @Test
    void shouldCallASessionInvalidInWhichNothingIsValid() {
        final CellResult quiet = MadeUp.cell(CellResult.ONLY_STAGE, MadeUp.TWIN, 1, 0.03, 8, 1);
        final RunRecord run = Judge.judge(MadeUp.run("calibrate", TWINS, noisy(quiet, 3)), NONE);
        assertEquals(Verdict.INVALID, run.verdict());
        assertEquals(
                List.of("no comparison is valid: 3 of 8 blocks do not count: processor time stolen: 30 %"),
                run.remarks());
    }

    private static CellResult noisy(final CellResult cell, final int blocks) {
        final List<Block> all = new ArrayList<>();
        for (final Block block : cell.blocks()) {
            all.add(block.number() < blocks ? block.with("processor time stolen: 30 %") : block);
        }
        return new CellResult(cell.cell(), cell.stage(), all);
    }

    private static Verdict verdict(final CellResult cell) {
        return Judge.judge(MadeUp.run("run", MadeUp.backends("pasta", Role.PEER), cell), NONE)
                .comparisons()
                .getFirst()
                .verdict();
    }

    @Test
    void shouldQuoteAFailedTransfer() {
        final CellResult cell = MadeUp.cell(CellResult.ONLY_STAGE, "pasta", 1.5, 0.03, 8, 1);
        final Block first = cell.blocks().getFirst();
        final Map<String, Sample> samples = new LinkedHashMap<>(first.samples());
        samples.put("pasta", Sample.failed("iperf3: connection refused"));
        final List<Block> blocks = new ArrayList<>(cell.blocks());
        blocks.set(0, new Block(0, first.order(), first.noise(), List.of(), samples));
        final RunRecord run = Judge.judge(
                MadeUp.run(
                        "run", MadeUp.backends("pasta", Role.PEER), new CellResult(cell.cell(), cell.stage(), blocks)),
                NONE);
        assertEquals(Verdict.INVALID, run.comparisons().getFirst().verdict());
        assertEquals(
                "pasta failed 1 times: iperf3: connection refused",
                run.comparisons().getFirst().remark());
    }

    @Test
    void shouldSayHowSureFewBlocksCanBe() {
        final Comparison comparison = Judge.judge(
                        MadeUp.run("gate", GATE, MadeUp.cell(CellResult.CONFIRM, MadeUp.BASELINE, 0.5, 0.01, 4, 1)),
                        NONE)
                .comparisons()
                .getFirst();
        assertEquals(Verdict.INCONCLUSIVE, comparison.verdict());
        assertEquals("4 pairs give at most 94 % confidence", comparison.remark());
    }

    @Test
    void shouldBreakAPromiseOnlyWhenThatIsSure() {
        final Budgets promised = Budgets.parse("b", """
                [{"cell": "tcp/c2h/up/*/x1", "metric": "goodputBitsPerSecond", "versus": "pasta", "atLeast": 2}]
                """);
        assertEquals(BudgetOutcome.State.KEPT, outcome(promised, 3, 8));
        assertEquals(BudgetOutcome.State.UNDECIDED, outcome(promised, 2, 8));
        assertEquals(BudgetOutcome.State.UNDECIDED, outcome(promised, 1, 2));
        assertEquals(BudgetOutcome.State.BROKEN, outcome(promised, 1, 8));
    }

    private static BudgetOutcome.State outcome(final Budgets promised, final double ratio, final int blocks) {
        final RunRecord run = Judge.judge(
                MadeUp.run(
                        "run",
                        MadeUp.backends("pasta", Role.PEER),
                        MadeUp.cell(CellResult.ONLY_STAGE, "pasta", ratio, 0.03, blocks, 1)),
                promised);
        final BudgetOutcome.State state = promised.outcomes(run).getFirst().state();
        assertEquals(
                switch (state) {
                    case KEPT -> Verdict.UNCHANGED;
                    case UNDECIDED -> Verdict.INCONCLUSIVE;
                    case BROKEN -> Verdict.REGRESSED;
                },
                run.verdict());
        return state;
    }

    @Test
    void shouldNotBlameAChangeForAPromiseThatItsBaselineBreaks() {
        final Budgets promised = Budgets.parse("b", """
                [{"cell": "tcp/**", "metric": "goodputBitsPerSecond", "versus": "copy proxy", "atLeast": 2}]
                """);
        final List<BackendIdentity> backends = new ArrayList<>(GATE);
        backends.add(MadeUp.backends("copy proxy", Role.RULER).getLast());
        assertEquals(Verdict.UNCHANGED, gateWithReference(backends, promised, 1).verdict());
        assertEquals(Verdict.REGRESSED, gateWithReference(backends, promised, 3).verdict());
    }

    /// Both builds of a screen, and a reference that the candidate equals and the baseline exceeds so many times.
    private static RunRecord gateWithReference(
            final List<BackendIdentity> backends, final Budgets promised, final double baseline) {
        final CellResult builds = MadeUp.cell(CellResult.SCREEN, MadeUp.BASELINE, 1 / baseline, 0.01, 8, 1);
        final List<Block> blocks = new ArrayList<>();
        for (final Block block : builds.blocks()) {
            final Map<String, Sample> samples = new LinkedHashMap<>(block.samples());
            samples.put("copy proxy", samples.get(MadeUp.OURS));
            blocks.add(new Block(block.number(), block.order(), block.noise(), List.of(), samples));
        }
        return Judge.judge(
                MadeUp.run("gate", backends, new CellResult(builds.cell(), builds.stage(), blocks)), promised);
    }

    @Test
    void shouldCompareSessionsByTheirRatiosToAPeer() {
        final List<BackendIdentity> backends = MadeUp.backends("slirp4netns", Role.PEER);
        final RunRecord older =
                MadeUp.run("run", backends, MadeUp.cell(CellResult.ONLY_STAGE, "slirp4netns", 30, 0.03, 12, 1));
        final RunRecord same =
                MadeUp.run("run", backends, MadeUp.cell(CellResult.ONLY_STAGE, "slirp4netns", 30, 0.03, 12, 2));
        final RunRecord worse =
                MadeUp.run("run", backends, MadeUp.cell(CellResult.ONLY_STAGE, "slirp4netns", 22, 0.03, 12, 3));
        assertTrue(RunComparison.of(older, same).stream().noneMatch(each -> each.verdict() == Verdict.REGRESSED));
        assertEquals(
                List.of(Verdict.REGRESSED, Verdict.REGRESSED),
                RunComparison.of(older, worse).stream().map(Comparison::verdict).toList());
        assertEquals(
                List.of(Metric.CPU_PER_GIB, Metric.GOODPUT),
                RunComparison.of(older, worse).stream().map(Comparison::metric).toList());
    }
}
