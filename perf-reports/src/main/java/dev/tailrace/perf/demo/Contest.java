package dev.tailrace.perf.demo;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.model.Cell;
import dev.tailrace.perf.model.Footprint;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.model.Sample;
import dev.tailrace.perf.model.Series;
import dev.tailrace.perf.report.Progress;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.traffic.Measurement;
import dev.tailrace.perf.traffic.Traffic;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/// Every backend carries the same traffic. For each MTU all are started once; then, run by run, they take turns in an
/// order that a seed decides, so that what disturbs the machine for a while does not always hit the same one.
final class Contest {
    private final Lab lab;
    private final DemoOptions options;
    private final List<Backend> backends;
    private final Progress progress;
    private final Random random;
    private final Map<Backend, Map<Cell, Entry>> records = new LinkedHashMap<>();
    private final List<Footprint> footprints = new ArrayList<>();
    private final Map<Backend, Identity> identities = new LinkedHashMap<>();
    private final Map<String, String> guestCongestion = new LinkedHashMap<>();

    Contest(final Lab lab, final DemoOptions options, final List<Backend> backends, final Progress progress) {
        this.lab = lab;
        this.options = options;
        this.backends = List.copyOf(backends);
        this.progress = progress;
        this.random = new Random(options.seed());
    }

    /// How many steps [#run()] tells of.
    static int steps(final DemoOptions options, final List<Backend> backends) {
        return options.mtus().size() * Direction.values().length * options.runs() * backends.size();
    }

    void run() {
        for (final int mtu : options.mtus()) {
            final Map<Backend, Link> links = new LinkedHashMap<>();
            try {
                backends.forEach(backend -> start(backend, mtu, links));
                for (int run = 0; run < options.runs(); run++) {
                    takeTurns(links, mtu, run);
                }
                links.forEach((backend, link) -> weigh(backend, link, mtu));
            } finally {
                links.values().forEach(Link::close);
            }
        }
    }

    List<Series> series() {
        final List<Series> series = new ArrayList<>();
        records.forEach((backend, cells) -> cells.forEach(
                (cell, entry) -> series.add(new Series(backend.id(), cell, entry.samples(), entry.failures()))));
        return series;
    }

    List<Footprint> footprints() {
        return footprints;
    }

    /// The congestion control that each guest really had: a backend may set it.
    Map<String, String> guestCongestion() {
        return guestCongestion;
    }

    /// What came out for one backend in one cell so far.
    private record Entry(List<Sample> samples, List<String> failures) {}

    private Entry entry(final Backend backend, final Cell cell) {
        return records.computeIfAbsent(backend, ignored -> new LinkedHashMap<>())
                .computeIfAbsent(cell, ignored -> new Entry(new ArrayList<>(), new ArrayList<>()));
    }

    private void start(final Backend backend, final int mtu, final Map<Backend, Link> links) {
        try {
            final Link link = backend.start(lab, mtu);
            links.put(backend, link);
            identities.computeIfAbsent(backend, ignored -> identity(link.identity()));
            link.guest()
                    .ifPresent(guest -> guestCongestion.put(
                            backend.id(), guest.run("cat", "/proc/sys/net/ipv4/tcp_congestion_control")));
            if (backend.warmsUp()) {
                for (final Direction direction : Direction.values()) {
                    carry(link, new Cell(mtu, direction), options.warmupSeconds());
                }
            }
        } catch (LabException failure) {
            for (final Direction direction : Direction.values()) {
                entry(backend, new Cell(mtu, direction)).failures().add("" + failure.getMessage());
            }
        }
    }

    private static Identity identity(final BackendIdentity found) {
        return new Identity(
                found.id(),
                switch (found.role()) {
                    case OURS, BASELINE -> Identity.Role.OURS;
                    case PEER -> Identity.Role.PEER;
                    case RULER -> Identity.Role.RULER;
                },
                found.program(),
                found.version(),
                found.settings());
    }

    private void takeTurns(final Map<Backend, Link> links, final int mtu, final int run) {
        final List<Backend> order = new ArrayList<>(backends);
        Collections.shuffle(order, random);
        for (final Direction direction : Direction.values()) {
            for (final Backend backend : order) {
                progress.begin("%s, MTU %d %s".formatted(backend.id(), mtu, direction.label()));
                final Link link = links.get(backend);
                progress.end(link == null ? "not started" : carry(backend, link, new Cell(mtu, direction), run));
            }
        }
    }

    private String carry(final Backend backend, final Link link, final Cell cell, final int run) {
        final Entry entry = entry(backend, cell);
        try {
            final double before = link.cpuSeconds();
            final Measurement report = carry(link, cell, options.seconds());
            final Sample sample = new Sample(
                    run,
                    report.bytes(),
                    report.bytes() * 8 / value(report, Metric.GOODPUT),
                    (long) value(report, Metric.RETRANSMITS),
                    link.cpuSeconds() - before);
            entry.samples().add(sample);
            return String.format(Locale.ROOT, "%.2f Gbit/s", sample.gigabitsPerSecond());
        } catch (LabException failure) {
            entry.failures().add("" + failure.getMessage());
            return "failed";
        }
    }

    private static Measurement carry(final Link link, final Cell cell, final int seconds) {
        return Traffic.run(
                link.route(TrafficPath.C2H),
                new dev.tailrace.perf.matrix.Cell(Protocol.TCP, TrafficPath.C2H, cell.direction(), cell.mtu(), 1),
                seconds);
    }

    private static double value(final Measurement measurement, final Metric metric) {
        return measurement.values().getOrDefault(metric, 0.0);
    }

    /// What was found out about those that ran.
    List<Identity> identities() {
        return List.copyOf(identities.values());
    }

    private void weigh(final Backend backend, final Link link, final int mtu) {
        if (link.isAlive() && link.peakResidentBytes().isPresent()) {
            footprints.add(new Footprint(
                    backend.id(),
                    mtu,
                    link.readyMs().orElse(-1),
                    (long) link.peakResidentBytes().getAsDouble(),
                    link.identity().executable()));
        }
    }
}
