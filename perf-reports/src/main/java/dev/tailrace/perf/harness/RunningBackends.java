package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Direction;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.result.Metric;
import dev.tailrace.perf.result.Start;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;

/// The backends of one group, started fresh for one MTU, and ended together. One that did not start, or did not get
/// through its warm-up, is kept with the reason.
final class RunningBackends implements AutoCloseable {
    private final Means means;
    private final int mtu;
    private final int block;
    private final Map<String, Started> started = new LinkedHashMap<>();
    private final Map<String, String> failures = new LinkedHashMap<>();

    /// One that runs.
    ///
    /// @param cold payload rates of its warm-up, bit/s
    private record Started(Link link, Map<Direction, Double> cold) {
        OptionalDouble cold(final Direction direction) {
            final Double rate = cold.get(direction);
            return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
        }
    }

    /// What backends do before their first turn.
    ///
    /// @param seconds of traffic each way, and of operations
    /// @param hasTraffic whether there is a cell with traffic to come
    /// @param hasOperations whether there is one without
    record WarmUp(int seconds, boolean hasTraffic, boolean hasOperations) {
        static WarmUp before(final BlockPlan.Group group, final int seconds) {
            return new WarmUp(
                    seconds,
                    group.cells().stream()
                            .anyMatch(turns -> turns.cell().operation().isEmpty()),
                    group.cells().stream()
                            .anyMatch(turns -> turns.cell().operation().isPresent()));
        }
    }

    private RunningBackends(final Means means, final int mtu, final int block) {
        this.means = means;
        this.mtu = mtu;
        this.block = block;
    }

    /// Starts all and warms up those that need it, one after the other: rulers first. pasta takes for its pipes
    /// what it gets of what the kernel allows one user, and nothing would be left for the pipes of the splice
    /// proxy.
    ///
    /// @param stopped asked before each start; those that were not started then have failed
    static RunningBackends start(
            final Means means,
            final List<Backend> backends,
            final int mtu,
            final int block,
            final WarmUp warmUp,
            final BooleanSupplier stopped) {
        final RunningBackends running = new RunningBackends(means, mtu, block);
        try {
            final List<Backend> inOrder = new ArrayList<>(backends);
            inOrder.sort(Comparator.comparing(each -> each.role() != BackendIdentity.Role.RULER));
            for (final Backend backend : inOrder) {
                if (stopped.getAsBoolean()) {
                    running.failures.put(backend.id(), "not started: the session was stopped");
                } else {
                    running.start(backend, warmUp, stopped);
                }
            }
            return running;
        } catch (RuntimeException failure) {
            running.close();
            throw failure;
        }
    }

    private void start(final Backend backend, final WarmUp warmUp, final BooleanSupplier stopped) {
        final Started one;
        try {
            one = new Started(means.starter().start(backend, mtu), new EnumMap<>(Direction.class));
            started.put(backend.id(), one);
        } catch (LabException failure) {
            failures.put(backend.id(), String.valueOf(failure.getMessage()));
            return;
        }
        if (backend.warmsUp()) {
            try {
                if (warmUp.hasTraffic()) {
                    warmUp(backend, one, warmUp.seconds());
                }
                if (warmUp.hasOperations()) {
                    new Repetitions(stopped).warmUp(one.link(), warmUp.seconds());
                }
            } catch (LabException failure) {
                // Cold, its figures would be taken for those of a warm one.
                failures.put(backend.id(), "its warm-up failed: " + failure.getMessage());
            }
        }
    }

    private void warmUp(final Backend backend, final Started one, final int seconds) {
        for (final Direction direction : Direction.values()) {
            final Cell cell = new Cell(Protocol.TCP, TrafficPath.C2H, direction, mtu, 1);
            if (backend.warmsUpBy(cell)) {
                final Double rate = means.carrier()
                        .carry(one.link().route(cell.path()), cell, seconds)
                        .values()
                        .get(Metric.GOODPUT);
                if (rate != null) {
                    one.cold().put(direction, rate);
                }
            }
        }
    }

    /// What runs, by id. Of what it cannot be told, the turns fail.
    Map<String, BackendIdentity> identities() {
        final Map<String, BackendIdentity> identities = new LinkedHashMap<>();
        started.forEach((id, one) -> {
            try {
                identities.put(id, one.link().identity());
            } catch (LabException failure) {
                failures.putIfAbsent(id, "it is not known what runs: " + failure.getMessage());
            }
        });
        return identities;
    }

    /// @throws LabException with the reason, if the backend cannot take its turn
    Link link(final String backend) {
        final String failure = failures.get(backend);
        final Started one = started.get(backend);
        if (failure != null || one == null) {
            throw new LabException(failure != null ? failure : "it was not started");
        }
        if (!one.link().isAlive()) {
            throw new LabException("its process ended before this turn");
        }
        return one.link();
    }

    /// Processor time so far of all but one, by id, of those that live.
    Map<String, Double> cpuSecondsExcept(final String backend) {
        final Map<String, Double> others = new LinkedHashMap<>();
        started.forEach((id, one) -> {
            if (!id.equals(backend)) {
                ifAlive(one.link(), link -> OptionalDouble.of(link.cpuSeconds()))
                        .ifPresent(seconds -> others.put(id, seconds));
            }
        });
        return others;
    }

    /// What each start took, as far as it is known now.
    List<Start> starts() {
        final List<Start> starts = new ArrayList<>();
        started.forEach((id, one) -> starts.add(new Start(
                id,
                mtu,
                block,
                one.link().readyMs(),
                ifAlive(one.link(), Link::peakResidentBytes),
                one.cold(Direction.UP),
                one.cold(Direction.DOWN))));
        return starts;
    }

    /// A question to a process.
    private interface Question {
        OptionalDouble ask(Link link);
    }

    /// A process may end between two looks at it: then there is no answer, and its next turn fails.
    private static OptionalDouble ifAlive(final Link link, final Question question) {
        if (!link.isAlive()) {
            return OptionalDouble.empty();
        }
        try {
            return question.ask(link);
        } catch (LabException ended) {
            return OptionalDouble.empty();
        }
    }

    /// Ends all, also if the end of one fails.
    @Override
    public void close() {
        Optional<RuntimeException> first = Optional.empty();
        for (final Started one : started.values()) {
            try {
                one.link().close();
            } catch (RuntimeException failure) {
                first = first.or(() -> Optional.of(failure));
            }
        }
        first.ifPresent(failure -> {
            throw failure;
        });
    }
}
