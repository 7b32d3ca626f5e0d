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
import java.util.OptionalDouble;

/// A process that connects a guest with the host.
final class GuestLink implements Link {
    private static final String ANY_ADDRESS = "0.0.0.0";

    private final Peer peer;
    private final Process process;
    private final Namespace guest;
    private final String publishedAddress;
    private final OptionalDouble readyMs;

    /// @param publishedAddress of the host, where the guest's ports are published
    GuestLink(
            final Peer peer,
            final Process process,
            final Namespace guest,
            final String publishedAddress,
            final OptionalDouble readyMs) {
        this.peer = peer;
        this.process = process;
        this.guest = guest;
        this.publishedAddress = publishedAddress;
        this.readyMs = readyMs;
    }

    @Override
    public Route route(final TrafficPath path) {
        return switch (path) {
            case C2H ->
                new Route(
                        List::copyOf,
                        Lab.HOST_ADDRESS,
                        PortPlan.SERVER,
                        guest::command,
                        Lab.HOST_ADDRESS,
                        PortPlan.SERVER);
            case H2C ->
                new Route(
                        guest::command,
                        ANY_ADDRESS,
                        PortPlan.SERVER,
                        List::copyOf,
                        publishedAddress,
                        PortPlan.PUBLISHED);
            case C2C, NONE -> throw new LabException(peer.id() + " does not connect two guests");
        };
    }

    @Override
    public Optional<Namespace> guest() {
        return Optional.of(guest);
    }

    @Override
    public Optional<ProcessHandle> process() {
        return Optional.of(process.toHandle());
    }

    @Override
    public OptionalDouble readyMs() {
        return readyMs;
    }

    @Override
    public BackendIdentity identity() {
        return peer.identify(process.toHandle(), guest);
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        Ends.end(process);
        guest.close();
    }
}
