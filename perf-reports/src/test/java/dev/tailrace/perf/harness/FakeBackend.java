package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Operation;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/// A backend without a process, whose troubles a test chooses.
final class FakeBackend implements Backend {
    final List<FakeLink> links = new ArrayList<>();
    Optional<String> startFailure = Optional.empty();
    Optional<String> identityFailure = Optional.empty();
    Optional<String> objection = Optional.empty();

    /// Whoever asks for its processor time finds it longer by this, so many times.
    double cpuSecondsPerLook;

    int busyLooks = Integer.MAX_VALUE;

    private final String id;
    private final BackendIdentity.Role role;
    private final boolean warmsUp;

    FakeBackend(final String id, final BackendIdentity.Role role, final boolean warmsUp) {
        this.id = id;
        this.role = role;
        this.warmsUp = warmsUp;
    }

    Link start() {
        if (startFailure.isPresent()) {
            throw new LabException(startFailure.get());
        }
        final FakeLink link = new FakeLink();
        links.add(link);
        return link;
    }

    FakeLink newest() {
        return links.getLast();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public BackendIdentity.Role role() {
        return role;
    }

    @Override
    public boolean warmsUp() {
        return warmsUp;
    }

    @Override
    public boolean carries(final Cell cell) {
        return (cell.path() == TrafficPath.C2C) == id.equals("bridge");
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        throw new UnsupportedOperationException("the means of the test start it");
    }

    /// Its route names the backend where the client connects.
    final class FakeLink implements Link {
        boolean alive = true;
        boolean vanished;
        int closed;

        /// Of the operations, in turn; there are none if it is empty.
        long[] timesNs = {};

        int performed;
        private double cpuSeconds;

        @Override
        public long perform(final Operation operation) {
            return timesNs.length == 0 ? Link.super.perform(operation) : timesNs[performed++ % timesNs.length];
        }

        @Override
        public Route route(final TrafficPath path) {
            return new Route(UnaryOperator.identity(), "", 1, UnaryOperator.identity(), id, 1);
        }

        @Override
        public Optional<Namespace> guest() {
            return Optional.empty();
        }

        @Override
        public Optional<ProcessHandle> process() {
            return Optional.empty();
        }

        @Override
        public double cpuSeconds() {
            requireProcess();
            if (busyLooks > 0) {
                busyLooks--;
                cpuSeconds += cpuSecondsPerLook;
            }
            return cpuSeconds;
        }

        @Override
        public OptionalDouble peakResidentBytes() {
            requireProcess();
            return OptionalDouble.of(1e6);
        }

        /// As the kernel answers for a process whose end Java has not seen yet.
        private void requireProcess() {
            if (!alive || vanished) {
                throw new LabException("reading /proc/1/stat");
            }
        }

        @Override
        public OptionalDouble readyMs() {
            return OptionalDouble.of(7);
        }

        @Override
        public BackendIdentity identity() {
            if (identityFailure.isPresent()) {
                throw new LabException(identityFailure.get());
            }
            return new BackendIdentity(
                    id,
                    role,
                    "",
                    "",
                    "",
                    "",
                    "",
                    "start " + links.size(),
                    "",
                    objection.stream().toList());
        }

        @Override
        public boolean isAlive() {
            return alive;
        }

        @Override
        public void close() {
            closed++;
        }
    }
}
