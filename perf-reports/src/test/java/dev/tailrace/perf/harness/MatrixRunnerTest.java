package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.Start;
import dev.tailrace.perf.traffic.Measurement;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// With backends that start nothing.
final class MatrixRunnerTest {
    private static final Cell BULK = Cell.parse("tcp/c2h/up/mtu1500/x1");
    private static final Cell JUMBO = Cell.parse("tcp/c2h/down/mtu65520/x1");
    private static final Cell ASKING = Cell.parse("rr/c2h/mtu1500/x1");
    private static final Cell BRIDGED = Cell.parse("tcp/c2c/up/mtu1500/x1");
    private static final List<Cell> CELLS = List.of(BULK, JUMBO, ASKING, BRIDGED);
    private static final int BLOCKS = 3;
    private static final int SECONDS = 2;
    private static final int WARMUP_SECONDS = 5;

    private final FakeBackend ours = new FakeBackend("tailrace", Role.OURS, true);
    private final FakeBackend peer = new FakeBackend("slirp4netns", Role.PEER, false);
    private final FakeBackend bridge = new FakeBackend("bridge", Role.RULER, false);
    private final List<FakeBackend> all = List.of(ours, peer, bridge);
    private final List<String> carried = new ArrayList<>();
    private Carrying carrying = (backend, cell, seconds) -> ok(cell);
    private boolean stopped;

    @FunctionalInterface
    private interface Carrying {
        Measurement carry(String backend, Cell cell, int seconds);
    }

    private static Measurement ok(final Cell cell) {
        return cell.protocol().isBulk()
                ? new Measurement(Map.of(Metric.GOODPUT, 8e9), 1L << 31, 0, Optional.empty())
                : new Measurement(Map.of(Metric.TRANSACTIONS, 1e4), 0, 20_000, Optional.of("histogram"));
    }

    private Measurement carry(final Route route, final Cell cell, final int seconds) {
        carried.add(route.connectAddress() + " " + cell.id() + " " + seconds);
        return carrying.carry(route.connectAddress(), cell, seconds);
    }

    private MatrixRunner runner(final long seed) {
        final Profile profile = new Profile(
                "test",
                "",
                BLOCKS,
                1,
                1,
                SECONDS,
                WARMUP_SECONDS,
                false,
                true,
                List.of("tailrace", "bridge"),
                List.of("slirp4netns"),
                CELLS);
        return new MatrixRunner(
                new Means((backend, mtu) -> ((FakeBackend) backend).start(), this::carry),
                profile,
                List.copyOf(all),
                seed,
                new Progress(new PrintStream(OutputStream.nullOutputStream(), false), OptionalInt.empty(), () -> 0),
                () -> stopped);
    }

    private static Sample sample(final List<CellResult> results, final Cell cell, final int block, final String who) {
        return results.stream()
                .filter(each -> each.cell().equals(cell))
                .map(each -> each.blocks().get(block).samples().get(who))
                .findFirst()
                .orElseThrow();
    }

    private static String failure(final List<CellResult> results, final Cell cell, final int block, final String who) {
        return sample(results, cell, block, who).failure().orElse("none");
    }

    @Test
    void shouldGiveEachBackendItsTurnInEachBlockInWhichItTakesPart() {
        final MatrixRunner runner = runner(1);
        final List<CellResult> results = runner.run("run", CELLS, BLOCKS);
        assertEquals(CELLS, results.stream().map(CellResult::cell).toList());
        for (final CellResult result : results) {
            assertEquals(BLOCKS, result.blocks().size());
            for (final Block block : result.blocks()) {
                final List<String> expected = result.cell().equals(BRIDGED)
                        ? List.of("bridge")
                        : block.number() == 0 ? List.of("slirp4netns", "tailrace") : List.of("tailrace");
                assertEquals(
                        expected, block.samples().keySet().stream().sorted().toList());
                assertEquals(List.copyOf(block.samples().keySet()), block.order());
                assertTrue(block.samples().values().stream()
                        .allMatch(each -> each.failure().isEmpty()));
            }
        }
        assertTrue(runner.isComplete());
    }

    @Test
    void shouldStartAllFreshForEachBlockAndMtuAndEndAll() {
        final MatrixRunner runner = runner(1);
        runner.run("run", CELLS, BLOCKS);
        assertEquals(2 * BLOCKS, ours.links.size());
        assertEquals(2, peer.links.size());
        assertEquals(BLOCKS, bridge.links.size());
        all.forEach(backend -> backend.links.forEach(link -> assertEquals(1, link.closed)));
        assertEquals(3 * BLOCKS + 2, runner.starts().size());
    }

    @Test
    void shouldWarmUpOnlyWhatNeedsItAndRecordHowColdItWas() {
        final MatrixRunner runner = runner(1);
        runner.run("run", List.of(BULK), 1);
        final List<String> warmups = carried.stream()
                .filter(each -> each.endsWith(" " + WARMUP_SECONDS))
                .toList();
        assertEquals(List.of("tailrace tcp/c2h/up/mtu1500/x1 5", "tailrace tcp/c2h/down/mtu1500/x1 5"), warmups);
        assertEquals(
                List.of(
                        new Start(
                                "tailrace",
                                1500,
                                0,
                                OptionalDouble.of(7),
                                OptionalDouble.of(1e6),
                                OptionalDouble.of(8e9),
                                OptionalDouble.of(8e9)),
                        new Start(
                                "slirp4netns",
                                1500,
                                0,
                                OptionalDouble.of(7),
                                OptionalDouble.of(1e6),
                                OptionalDouble.empty(),
                                OptionalDouble.empty())),
                runner.starts());
    }

    @Test
    void shouldChargeTheProcessorTimeOfTheTurnToItsBytesOrTransactions() {
        ours.cpuSecondsPerLook = 0.5;
        final List<CellResult> results = runner(1).run("run", CELLS, 1);
        assertEquals(
                0.25,
                sample(results, BULK, 0, "tailrace").value(Metric.CPU_PER_GIB).orElseThrow());
        assertEquals(
                25,
                sample(results, ASKING, 0, "tailrace")
                        .value(Metric.CPU_PER_TRANSACTION)
                        .orElseThrow());
        assertEquals(
                1e6, sample(results, BULK, 0, "tailrace").value(Metric.RESIDENT).orElseThrow());
        assertEquals(
                Optional.of("histogram"), sample(results, ASKING, 0, "tailrace").histogram());
        assertTrue(sample(results, BULK, 0, "slirp4netns")
                .value(Metric.CPU_PER_GIB)
                .isEmpty());
    }

    /// The turn itself takes no time here; what is found after it is the cost of closing.
    @Test
    void shouldWaitUntilManyConnectionsAreForgottenAndChargeForIt() {
        final Cell connecting = Cell.parse("crr/c2h/mtu1500/x1");
        ours.cpuSecondsPerLook = 0.5;
        ours.busyLooks = 0;
        carrying = (backend, cell, seconds) -> {
            ours.busyLooks = backend.equals("tailrace") && cell.equals(connecting) ? 2 : 0;
            return ok(cell);
        };
        final List<CellResult> results = runner(1).run("run", List.of(connecting), 1);
        assertEquals(
                50,
                sample(results, connecting, 0, "tailrace")
                        .value(Metric.CPU_PER_TRANSACTION)
                        .orElseThrow());
        assertEquals(0, results.getFirst().blocks().getFirst().noise().idleBackends());
    }

    @Test
    void shouldObjectToABlockInWhichAnIdleBackendWasBusy() {
        ours.cpuSecondsPerLook = 0.5;
        final List<CellResult> results = runner(1).run("run", List.of(BULK), 1);
        final Block block = results.getFirst().blocks().getFirst();
        assertTrue(block.noise().idleBackends() > NoiseProbe.MAX_IDLE_BACKENDS, block.noise()::toString);
        assertFalse(block.isValid());
    }

    @Test
    void shouldKeepTheReasonOfOneThatDoesNotStart() {
        ours.startFailure = Optional.of("no tap");
        final MatrixRunner runner = runner(1);
        final List<CellResult> results = runner.run("run", CELLS, 1);
        for (final Cell cell : List.of(BULK, JUMBO, ASKING)) {
            assertEquals("no tap", failure(results, cell, 0, "tailrace"));
            assertEquals("none", failure(results, cell, 0, "slirp4netns"));
        }
        assertEquals("it never ran", runner.identities().getFirst().executable());
    }

    @Test
    void shouldNotMeasureColdWhatDidNotGetThroughItsWarmUp() {
        carrying = (backend, cell, seconds) -> {
            if (seconds == WARMUP_SECONDS) {
                throw new LabException("refused");
            }
            return ok(cell);
        };
        final List<CellResult> results = runner(1).run("run", CELLS, 1);
        assertEquals("its warm-up failed: refused", failure(results, BULK, 0, "tailrace"));
        assertEquals("none", failure(results, BULK, 0, "slirp4netns"));
        assertEquals(1, ours.newest().closed);
    }

    @Test
    void shouldFailTheTurnsOfWhatCannotBeIdentified() {
        ours.identityFailure = Optional.of("reading /proc/1/cmdline");
        final List<CellResult> results = runner(1).run("run", List.of(BULK), 1);
        assertEquals("it is not known what runs: reading /proc/1/cmdline", failure(results, BULK, 0, "tailrace"));
    }

    @Test
    void shouldSayOfTheRemainingTurnsThatTheProcessEnded() {
        carrying = (backend, cell, seconds) -> {
            if (backend.equals("slirp4netns")) {
                peer.newest().alive = false;
                throw new LabException("connection reset");
            }
            return ok(cell);
        };
        final MatrixRunner runner = runner(1);
        final List<CellResult> results = runner.run("run", List.of(BULK, ASKING), 1);
        assertEquals(
                List.of("its process ended before this turn", "its process ended during this turn (connection reset)"),
                List.of(failure(results, BULK, 0, "slirp4netns"), failure(results, ASKING, 0, "slirp4netns")).stream()
                        .sorted()
                        .toList());
        assertEquals("none", failure(results, BULK, 0, "tailrace"));
        assertEquals(OptionalDouble.empty(), runner.starts().getLast().peakResidentBytes());
    }

    @Test
    void shouldGoOnWhenAProcessVanishesBeforeJavaKnows() {
        carrying = (backend, cell, seconds) -> {
            peer.links.forEach(link -> link.vanished = true);
            return ok(cell);
        };
        final MatrixRunner runner = runner(1);
        final List<CellResult> results = runner.run("run", List.of(BULK, ASKING), 1);
        assertEquals("none", failure(results, BULK, 0, "tailrace"));
        assertEquals(2, runner.starts().size());
    }

    @Test
    void shouldKeepWhatWasMeasuredBeforeTheStop() {
        final int turnsBeforeTheStop = 4;
        final int[] turns = {0};
        carrying = (backend, cell, seconds) -> {
            if (seconds == SECONDS && turns[0]++ == turnsBeforeTheStop) {
                stopped = true;
                throw new LabException("iperf3 was killed");
            }
            return ok(cell);
        };
        final MatrixRunner runner = runner(3);
        final List<CellResult> results = runner.run("run", CELLS, BLOCKS);
        assertFalse(runner.isComplete());
        final List<Sample> samples = results.stream()
                .flatMap(each -> each.blocks().stream())
                .flatMap(each -> each.samples().values().stream())
                .toList();
        assertEquals(turnsBeforeTheStop, samples.size());
        assertTrue(samples.stream().allMatch(each -> each.failure().isEmpty()));
        all.forEach(backend -> backend.links.forEach(link -> assertEquals(1, link.closed)));
        assertEquals(List.of(), runner.run("confirm", CELLS, BLOCKS));
    }

    @Test
    void shouldNotCallItCompleteWhenStoppedInTheLastTurn() {
        carrying = (backend, cell, seconds) -> {
            stopped = seconds == SECONDS;
            return ok(cell);
        };
        final MatrixRunner runner = runner(1);
        assertEquals(List.of(), runner.run("run", List.of(BRIDGED), 1));
        assertFalse(runner.isComplete());
    }

    @Test
    void shouldRememberTheFirstIdentityAndEveryObjection() {
        final MatrixRunner runner = runner(1);
        runner.run("run", List.of(BULK), 1);
        ours.objection = Optional.of("it runs something else");
        runner.run("run", List.of(BULK), 1);
        assertEquals("start 1", runner.identities().getFirst().commandLine());
        assertEquals(
                List.of("it runs something else"),
                runner.identities().getFirst().objections());
        assertEquals(
                List.of("tailrace", "slirp4netns"),
                runner.identities().stream().map(each -> each.id()).toList());
    }
}
