package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Start;
import dev.tailrace.perf.traffic.Traffic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/// The backends of one group, started fresh for one MTU, and ended together. One that did not start is kept with the
/// reason.
final class RunningBackends implements AutoCloseable {
    private final int mtu;
    private final int block;
    private final Map<String, Link> links = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<String, OptionalDouble> coldUp = new LinkedHashMap<>();
    private final Map<String, OptionalDouble> coldDown = new LinkedHashMap<>();

    private RunningBackends(final int mtu, final int block) {
        this.mtu = mtu;
        this.block = block;
    }

    /// Starts all and warms up those that need it, one after the other.
    ///
    /// @param stopped asked before each start; those that were not started then have failed
    static RunningBackends start(
            final Lab lab,
            final List<Backend> backends,
            final int mtu,
            final int block,
            final int warmupSeconds,
            final BooleanSupplier stopped) {
        final RunningBackends running = new RunningBackends(mtu, block);
        try {
            for (final Backend backend : backends) {
                if (stopped.getAsBoolean()) {
                    running.failures.put(backend.id(), "not started: the session was stopped");
                } else {
                    running.start(lab, backend, warmupSeconds);
                }
            }
            return running;
        } catch (RuntimeException failure) {
            running.close();
            throw failure;
        }
    }

    private void start(final Lab lab, final Backend backend, final int warmupSeconds) {
        try {
            final Link link = backend.start(lab, mtu);
            links.put(backend.id(), link);
            if (backend.warmsUp()) {
                coldUp.put(backend.id(), warmUp(backend, link, Direction.UP, warmupSeconds));
                coldDown.put(backend.id(), warmUp(backend, link, Direction.DOWN, warmupSeconds));
            }
        } catch (LabException failure) {
            failures.put(backend.id(), String.valueOf(failure.getMessage()));
        }
    }

    private OptionalDouble warmUp(
            final Backend backend, final Link link, final Direction direction, final int seconds) {
        final Cell cell = new Cell(Protocol.TCP, TrafficPath.C2H, direction, mtu, 1);
        if (!backend.carries(cell)) {
            return OptionalDouble.empty();
        }
        final Double rate =
                Traffic.run(link.route(cell.path()), cell, seconds).values().get(Metric.GOODPUT);
        return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
    }

    /// @throws LabException with the reason, if the backend does not run
    Link link(final String backend) {
        final Link link = links.get(backend);
        if (link == null) {
            throw new LabException(failures.getOrDefault(backend, "it was not started"));
        }
        if (!link.isAlive()) {
            throw new LabException("it ended during the session");
        }
        return link;
    }

    /// Processor time so far of all but one, by id.
    Map<String, Double> cpuSecondsExcept(final String backend) {
        final Map<String, Double> others = new LinkedHashMap<>();
        links.forEach((id, link) -> {
            if (!id.equals(backend) && link.isAlive()) {
                others.put(id, link.cpuSeconds());
            }
        });
        return others;
    }

    /// The links of those that started.
    Map<String, Link> links() {
        return links;
    }

    /// What each start took, as far as it is known now.
    List<Start> starts() {
        final List<Start> starts = new ArrayList<>();
        links.forEach((id, link) -> starts.add(new Start(
                id,
                mtu,
                block,
                link.readyMs(),
                link.isAlive() ? link.peakResidentBytes() : OptionalDouble.empty(),
                Optional.ofNullable(coldUp.get(id)).orElse(OptionalDouble.empty()),
                Optional.ofNullable(coldDown.get(id)).orElse(OptionalDouble.empty()))));
        return starts;
    }

    @Override
    public void close() {
        links.values().forEach(Link::close);
    }
}
