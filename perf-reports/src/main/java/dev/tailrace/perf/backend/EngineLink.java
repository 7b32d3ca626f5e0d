package dev.tailrace.perf.backend;

import dev.tailrace.perf.engine.EngineDaemon;
import dev.tailrace.perf.engine.EngineOperations;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.ProcessUsage;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Operation;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.util.Optional;
import java.util.OptionalDouble;

/// An engine that runs. Containers for traffic are made when the first route is asked for.
final class EngineLink implements Link {
    private final EngineBackend backend;
    private final Optional<String> congestion;
    private final EngineDaemon daemon;
    private final String published;
    private final EngineOperations operations;
    private Optional<EngineGuests> guests = Optional.empty();

    /// @param congestion to set in containers
    /// @param published address of the host for published ports
    EngineLink(
            final EngineBackend backend,
            final Optional<String> congestion,
            final EngineDaemon daemon,
            final String published) {
        this.backend = backend;
        this.congestion = congestion;
        this.daemon = daemon;
        this.published = published;
        this.operations = new EngineOperations(daemon.api(), backend.program(), backend.scratch());
    }

    @Override
    public Route route(final TrafficPath path) {
        if (guests.isEmpty()) {
            guests = Optional.of(
                    new EngineGuests(daemon.api(), backend.program(), backend.packed(), congestion, published));
        }
        return guests.get().route(path);
    }

    @Override
    public long perform(final Operation operation) {
        return operations.perform(operation);
    }

    @Override
    public Optional<Namespace> guest() {
        return Optional.empty();
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.of(daemon.process().toHandle());
    }

    /// Of the daemon alone: its children are the containers, which are the ends of the traffic.
    @Override
    public double cpuSeconds() {
        return ProcessUsage.ownCpuSeconds(daemon.process().toHandle());
    }

    @Override
    public OptionalDouble readyMs() {
        return OptionalDouble.of(daemon.readyMs());
    }

    @Override
    public BackendIdentity identity() {
        return backend.identify(
                daemon, guests.map(EngineGuests::congestionControl).orElse(""));
    }

    @Override
    public boolean isAlive() {
        return daemon.process().isAlive();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
