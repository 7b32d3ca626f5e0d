package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.PortPlan;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.util.List;
import java.util.Optional;

/// A ruler: client and server are both on the host, with a process in between or none.
final class HostLink implements Link {
    private final BackendIdentity identity;
    private final Optional<Process> process;
    private final String address;
    private final int port;

    /// @param address that clients connect to
    /// @param port the first that they connect to
    HostLink(final BackendIdentity identity, final Optional<Process> process, final String address, final int port) {
        this.identity = identity;
        this.process = process;
        this.address = address;
        this.port = port;
    }

    @Override
    public Route route(final TrafficPath path) {
        if (path == TrafficPath.C2C || path == TrafficPath.NONE) {
            throw new LabException(identity.id() + " does not connect two guests");
        }
        return new Route(List::copyOf, Lab.HOST_ADDRESS, PortPlan.SERVER, List::copyOf, address, port);
    }

    @Override
    public Optional<Namespace> guest() {
        return Optional.empty();
    }

    @Override
    public Optional<ProcessHandle> process() {
        return process.map(Process::toHandle);
    }

    @Override
    public BackendIdentity identity() {
        return identity;
    }

    @Override
    public boolean isAlive() {
        return process.map(Process::isAlive).orElse(true);
    }

    @Override
    public void close() {
        process.ifPresent(Ends::end);
    }
}
