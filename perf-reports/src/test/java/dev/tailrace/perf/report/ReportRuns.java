package dev.tailrace.perf.report;

import dev.tailrace.perf.compare.Budgets;
import dev.tailrace.perf.compare.Judge;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Operation;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.BackendIdentity.Role;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.SampleRuns;
import dev.tailrace.perf.result.Source;
import dev.tailrace.perf.result.Start;
import dev.tailrace.perf.result.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/// Sessions as a measurement would give them, for the tests of reports: values around round figures, from a
/// seed.
final class ReportRuns {
    private static final String BASELINE = "tailrace@baseline";
    private static final int GATE_BLOCKS = 8;

    private ReportRuns() {}

    /// All paths, MTUs and protocols; 8 blocks.
    static RunRecord full() {
        return full(8);
    }

    static RunRecord full(final int blocks) {
        final MadeUpTraffic traffic = new MadeUpTraffic(blocks, 7);
        final List<CellResult> cells = new ArrayList<>();
        for (final TrafficPath path : List.of(TrafficPath.C2H, TrafficPath.H2C)) {
            for (final int mtu : MadeUpTraffic.MTUS) {
                for (final Direction direction : Direction.values()) {
                    cells.add(traffic.bulk(new Cell(Protocol.TCP, path, direction, mtu, 1)));
                    cells.add(traffic.bulk(new Cell(Protocol.TCP, path, direction, mtu, 4)));
                }
            }
        }
        for (final Direction direction : Direction.values()) {
            cells.add(traffic.bulk(new Cell(Protocol.UDP, TrafficPath.C2H, direction, 1500, 1)));
            cells.add(traffic.bridged(new Cell(Protocol.TCP, TrafficPath.C2C, direction, 65520, 1)));
        }
        cells.add(traffic.answers(Cell.parse("rr/c2h/mtu1500/x1"), 1));
        cells.add(traffic.answers(Cell.parse("rr/h2c/mtu1500/x1"), 1.05));
        cells.add(traffic.answers(Cell.parse("crr/c2h/mtu1500/x1"), 4));
        return judged(record("20261124T1740Z-1a2b3c4-full", "run", cells, traffic.starts()));
    }

    /// One path, two MTUs, and requests.
    static RunRecord small(final int blocks) {
        final MadeUpTraffic traffic = new MadeUpTraffic(blocks, 11);
        final List<CellResult> cells = new ArrayList<>();
        for (final int mtu : new int[] {1500, 65520}) {
            for (final Direction direction : Direction.values()) {
                cells.add(traffic.bulk(new Cell(Protocol.TCP, TrafficPath.C2H, direction, mtu, 1)));
            }
        }
        cells.add(traffic.answers(Cell.parse("rr/c2h/mtu1500/x1"), 1));
        return judged(record("20261124T1740Z-1a2b3c4-small", "run", cells, traffic.starts()));
    }

    /// Datagrams with a length and in batches, and answers beside a stream.
    static RunRecord packets() {
        final MadeUpTraffic traffic = new MadeUpTraffic(5, 13);
        final List<CellResult> cells = new ArrayList<>();
        cells.add(traffic.bulk(Cell.parse("tcp/c2h/up/mtu1500/x1")));
        for (final String id : List.of("udp/c2h/up/mtu1500/x1/len64", "udp/c2h/down/mtu1500/x1/len1400")) {
            final Cell cell = Cell.parse(id);
            cells.add(withMore(traffic.bulk(cell), Metric.DATAGRAMS, goodput -> goodput / cell.lengthBytes() / 8));
        }
        cells.add(traffic.bulk(Cell.parse("udp/c2h/up/mtu1500/x1")));
        cells.add(traffic.bulk(Cell.parse("udpgso/c2h/down/mtu1500/x1")));
        cells.add(traffic.answers(Cell.parse("rr/c2h/mtu1500/x1"), 1));
        cells.add(withMore(traffic.answers(Cell.parse("rr/c2h/mtu1500/x4/bulk-up"), 12), Metric.GOODPUT, none -> 2e10));
        return judged(record("20261128T1740Z-1a2b3c4-packets", "run", cells, List.of()));
    }

    /// Times of operations, and none of traffic.
    static RunRecord runtime() {
        final MadeUpTraffic traffic = new MadeUpTraffic(5, 17);
        final List<CellResult> cells = new ArrayList<>();
        for (final Operation operation : Operation.values()) {
            final CellResult bulk = traffic.bulk(new Cell(Protocol.TCP, TrafficPath.C2H, Direction.UP, 1500, 1));
            final CellResult timed = withMore(
                    bulk, Metric.MEDIAN_TIME, goodput -> goodput == 0 ? 0 : 1e11 / goodput + operation.ordinal());
            cells.add(new CellResult(new Cell(operation), timed.stage(), timed.blocks()));
        }
        return judged(record("20261128T1750Z-1a2b3c4-runtime", "run", cells, List.of()));
    }

    /// @param value from the throughput of a sample, 0 if it has none
    private static CellResult withMore(final CellResult cell, final Metric metric, final DoubleUnaryOperator value) {
        final List<Block> blocks = new ArrayList<>();
        for (final Block block : cell.blocks()) {
            final Map<String, Sample> samples = new LinkedHashMap<>();
            block.samples().forEach((id, sample) -> {
                final Map<Metric, Double> values = new EnumMap<>(sample.values());
                values.put(
                        metric, value.applyAsDouble(sample.value(Metric.GOODPUT).orElse(0)));
                samples.put(id, new Sample(values, sample.failure(), sample.histogram()));
            });
            blocks.add(MadeUpTraffic.block(block.number(), samples));
        }
        return new CellResult(cell.cell(), cell.stage(), blocks);
    }

    /// The small one some days before, with ours changed by a factor.
    static RunRecord earlier(final int days, final double factor) {
        final MadeUpTraffic traffic = new MadeUpTraffic(4, days);
        final CellResult cell = traffic.bulk(new Cell(Protocol.TCP, TrafficPath.C2H, Direction.UP, 1500, 1));
        final RunRecord run = record("20261%d".formatted(124 - days), "run", List.of(cell), List.of());
        final RunRecord judged = judged(run);
        return new RunRecord(
                run.runId(),
                run.kind(),
                run.profile(),
                run.seed(),
                false,
                "2026-11-%02dT12:00:00Z".formatted(24 - days),
                run.elapsedSeconds(),
                run.source(),
                run.settings(),
                run.environment(),
                run.backends(),
                run.starts(),
                run.cells(),
                judged.comparisons().stream().map(each -> scaled(each, factor)).toList(),
                List.of(),
                Verdict.INCONCLUSIVE,
                List.of());
    }

    private static Comparison scaled(final Comparison each, final double factor) {
        return new Comparison(
                each.cell(),
                each.stage(),
                each.metric(),
                each.baseline(),
                each.candidate(),
                each.pairs(),
                each.ratio() * factor,
                each.lower() * factor,
                each.upper() * factor,
                each.confidence(),
                each.verdict(),
                each.remark());
    }

    /// An invalid peer, a failing one, a block that does not count, a broken histogram, and an early
    /// end.
    static RunRecord troubled() {
        final RunRecord small = small(4);
        final List<CellResult> cells = new ArrayList<>();
        small.cells().forEach(cell -> cells.add(troubled(cell)));
        final List<BackendIdentity> backends = small.backends().stream()
                .map(each -> each.id().equals(MadeUpTraffic.PASTA)
                        ? SampleRuns.identity(
                                MadeUpTraffic.PASTA,
                                Role.PEER,
                                "/usr/bin/pasta",
                                "/proc/PID/exe is /usr/bin/slirp4netns, not <pasta> & co: it is not what its name says")
                        : each)
                .toList();
        final RunRecord run = with(small, true, backends, cells);
        final RunRecord judged = judged(run);
        return judged.judged(
                judged.comparisons(),
                judged.calibration(),
                Verdict.INVALID,
                List.of("<script>alert(1)</script> | `x` *y*", "no block of pasta counts"));
    }

    private static CellResult troubled(final CellResult cell) {
        final List<Block> blocks = new ArrayList<>();
        for (final Block block : cell.blocks()) {
            final Map<String, Sample> samples = new LinkedHashMap<>(block.samples());
            samples.computeIfPresent(
                    MadeUpTraffic.TUNED,
                    (id, sample) ->
                            Sample.failed("iperf3: unable to connect to server: \"Connection <refused>\" & more"));
            if (block.number() == 0) {
                samples.computeIfPresent(MadeUpTraffic.SLIRP, (id, sample) -> Sample.failed("no answer within 20 s"));
                samples.computeIfPresent(
                        MadeUpTraffic.OURS,
                        (id, sample) -> new Sample(sample.values(), Optional.empty(), broken(sample.histogram())));
            }
            final Block changed = new Block(block.number(), block.order(), block.noise(), List.of(), samples);
            final boolean disturbed = block.number() == 1 || cell.cell().mtu() == 65520;
            blocks.add(disturbed ? changed.with("steal 0.31 is more than 0.05") : changed);
        }
        return new CellResult(cell.cell(), cell.stage(), blocks);
    }

    private static Optional<String> broken(final Optional<String> histogram) {
        return histogram.map(text -> "SElTVA==");
    }

    /// A candidate that lost in one cell, confirmed.
    static RunRecord gate() {
        final MadeUpTraffic traffic = new MadeUpTraffic(GATE_BLOCKS, 5);
        final List<CellResult> cells = new ArrayList<>();
        for (final String id : List.of(
                "tcp/c2h/up/mtu1500/x1", "tcp/c2h/down/mtu1500/x1", "tcp/h2c/up/mtu65520/x1", "rr/c2h/mtu1500/x1")) {
            final Cell cell = Cell.parse(id);
            final double factor = cell.direction() == Direction.DOWN ? 0.86 : 1.004;
            cells.add(gated(traffic, cell, CellResult.SCREEN, GATE_BLOCKS, factor));
            if (factor < 1) {
                cells.add(gated(traffic, cell, CellResult.CONFIRM, 2 * GATE_BLOCKS, factor));
            }
        }
        return judged(record("20261124T1740Z-1a2b3c4-gate", "gate", cells, List.of()));
    }

    private static CellResult gated(
            final MadeUpTraffic traffic, final Cell cell, final String stage, final int blocks, final double factor) {
        final boolean bulk = cell.protocol().isBulk();
        final List<Block> all = new ArrayList<>();
        for (int number = 0; number < blocks; number++) {
            final Map<String, Sample> samples = new LinkedHashMap<>();
            samples.put(BASELINE, bulk ? traffic.transfer(38, 0.22, 0) : traffic.answer(9000, 1));
            samples.put(
                    MadeUpTraffic.OURS,
                    bulk ? traffic.transfer(38 * factor, 0.22 / factor, 0) : traffic.answer(9000 * factor, 1));
            if (cell.direction() == Direction.UP && bulk) {
                samples.put(MadeUpTraffic.AGAIN, traffic.transfer(38 * factor, 0.22 / factor, 0));
            }
            all.add(MadeUpTraffic.block(number, samples));
        }
        return new CellResult(cell, stage, all);
    }

    /// Names that are longer than any place for them, and differ in the end only.
    static RunRecord longNames() {
        final RunRecord small = small(3);
        final Map<String, String> names = new LinkedHashMap<>();
        small.backends()
                .forEach(each -> names.put(
                        each.id(),
                        "a build of <" + each.id() + "> with WWWWWWWWWWWWW settings that nobody can remember, number "
                                + names.size()));
        final List<BackendIdentity> backends = small.backends().stream()
                .map(each -> SampleRuns.identity(
                        names.getOrDefault(each.id(), each.id()), each.role(), each.program(), longObjection(each)))
                .toList();
        final List<CellResult> cells = small.cells().stream()
                .map(cell -> new CellResult(
                        cell.cell(),
                        cell.stage(),
                        cell.blocks().stream()
                                .map(block -> {
                                    final Map<String, Sample> samples = new LinkedHashMap<>();
                                    block.samples()
                                            .forEach((id, sample) -> samples.put(names.getOrDefault(id, id), sample));
                                    return MadeUpTraffic.block(block.number(), samples);
                                })
                                .toList()))
                .toList();
        return judged(with(small, false, backends, cells));
    }

    private static String[] longObjection(final BackendIdentity backend) {
        return backend.id().equals(MadeUpTraffic.PASTA) ? new String[] {"W".repeat(300)} : new String[0];
    }

    static RunRecord empty() {
        return record("20261124T1740Z-1a2b3c4-smoke", "run", List.of(), List.of())
                .judged(
                        List.of(),
                        List.of(),
                        Verdict.INVALID,
                        List.of("no cell was measured: iperf3 is not installed"));
    }

    private static RunRecord judged(final RunRecord run) {
        return Judge.judge(run, new Budgets(List.of()));
    }

    private static RunRecord with(
            final RunRecord run,
            final boolean partial,
            final List<BackendIdentity> backends,
            final List<CellResult> cells) {
        return new RunRecord(
                run.runId(),
                run.kind(),
                run.profile(),
                run.seed(),
                partial,
                run.startedAt(),
                run.elapsedSeconds(),
                run.source(),
                run.settings(),
                run.environment(),
                backends,
                run.starts(),
                cells,
                List.of(),
                List.of(),
                run.verdict(),
                List.of());
    }

    private static RunRecord record(
            final String runId, final String kind, final List<CellResult> cells, final List<Start> starts) {
        final Map<String, String> settings = new LinkedHashMap<>();
        settings.put("blocks", "8 of 5 s, after 20 s of warm-up for what runs on a JVM");
        settings.put("command", "./tailrace perf run --profile full --seed 4242 --out /srv/results");
        final Map<String, String> environment = new LinkedHashMap<>();
        environment.put("machine", "2 x AMD EPYC 7R13, 7.6 GiB");
        environment.put("kernel", "6.18.5");
        environment.put("congestion control of the host", "cubic");
        environment.put("java", "25.0.1 from /opt/java");
        final List<BackendIdentity> backends = new ArrayList<>(List.of(
                SampleRuns.identity(MadeUpTraffic.OURS, Role.OURS, "/opt/tailrace/bin/slirp4netns"),
                SampleRuns.identity(MadeUpTraffic.AGAIN, Role.BASELINE, "/opt/tailrace/bin/slirp4netns"),
                SampleRuns.identity(MadeUpTraffic.SLIRP, Role.PEER, "/usr/bin/slirp4netns"),
                SampleRuns.identity(MadeUpTraffic.PASTA, Role.PEER, "/usr/bin/pasta"),
                SampleRuns.identity(MadeUpTraffic.TUNED, Role.PEER, "/usr/bin/pasta"),
                SampleRuns.identity(MadeUpTraffic.COPY, Role.RULER, "/usr/bin/java"),
                SampleRuns.identity(MadeUpTraffic.SPLICE, Role.RULER, "/usr/bin/socat"),
                SampleRuns.identity(MadeUpTraffic.LOOPBACK, Role.RULER, ""),
                SampleRuns.identity(MadeUpTraffic.BRIDGE, Role.RULER, "")));
        if (kind.equals("gate")) {
            backends.add(1, SampleRuns.identity(BASELINE, Role.BASELINE, "/tmp/baseline/bin/slirp4netns"));
        }
        return new RunRecord(
                runId,
                kind,
                "full",
                4242,
                false,
                "2026-11-24T17:40:00Z",
                1834,
                new Source("1a2b3c4d5e6f", true, kind.equals("gate") ? "9f8e7d6c5b4a" : ""),
                settings,
                environment,
                backends,
                starts,
                cells,
                List.of(),
                List.of(),
                Verdict.INCONCLUSIVE,
                List.of());
    }
}
