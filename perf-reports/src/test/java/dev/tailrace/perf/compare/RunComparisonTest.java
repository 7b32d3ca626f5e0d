package dev.tailrace.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RunComparisonTest {
    private static final String PEER = "slirp4netns";

    private static RunRecord run(final String other, final double ratio, final long seed, final String... objections) {
        return MadeUp.run(
                "run",
                MadeUp.backends(other, Role.PEER, objections),
                MadeUp.cell(CellResult.ONLY_STAGE, other, ratio, 0.02, 12, seed));
    }

    private static String refused(final RunRecord older, final RunRecord newer) {
        final String message = assertThrows(ResultException.class, () -> RunComparison.of(older, newer))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void shouldSayWhetherTheNewerSessionIsWorse() {
        assertTrue(RunComparison.isRegressed(RunComparison.of(run(PEER, 30, 1), run(PEER, 22, 2))));
        assertFalse(RunComparison.isRegressed(RunComparison.of(run(PEER, 30, 1), run(PEER, 30, 2))));
        assertFalse(RunComparison.isRegressed(RunComparison.of(run(PEER, 22, 1), run(PEER, 30, 2))));
    }

    @Test
    void shouldReferToLoopbackWhereThereIsNoPeer() {
        final Comparison comparison = RunComparison.of(run("loopback", 0.6, 1), run("loopback", 0.6, 2))
                .getLast();
        assertEquals("both relative to loopback", comparison.remark());
        assertEquals(1, comparison.ratio(), 0.03);
    }

    @Test
    void shouldNotCompareWithAPeerThatIsNotWhatItsNameSays() {
        final List<Comparison> comparisons =
                RunComparison.of(run(PEER, 30, 1), run(PEER, 22, 2, "/usr/bin/slirp4netns runs pasta"));
        assertEquals(1, comparisons.size());
        assertEquals(Verdict.INVALID, comparisons.getFirst().verdict());
        assertTrue(comparisons.getFirst().remark().endsWith("runs pasta"), comparisons::toString);
        assertFalse(RunComparison.isRegressed(comparisons));
    }

    @Test
    void shouldRefuseSessionsWithoutACommonReferenceOrCell() {
        assertTrue(refused(run("pasta", 30, 1), run(PEER, 30, 2)).contains("measure both with one of them"));
        final CellResult cell = MadeUp.cell(CellResult.ONLY_STAGE, PEER, 30, 0.02, 12, 1);
        final RunRecord other = MadeUp.run(
                "run",
                MadeUp.backends(PEER, Role.PEER),
                new CellResult(Cell.parse("tcp/c2h/down/mtu1500/x1"), cell.stage(), cell.blocks()));
        assertTrue(refused(run(PEER, 30, 1), other).contains("have no cell in common"));
    }
}
