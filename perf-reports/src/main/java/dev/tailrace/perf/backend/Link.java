package dev.tailrace.perf.backend;

import dev.tailrace.perf.iperf.IperfTransfer;
import dev.tailrace.perf.lab.Namespace;
import java.util.List;
import java.util.Optional;

/// A backend that carries traffic now.
///
/// @param route from where to where it carries
/// @param process the backend, if it has one
/// @param guest the namespace it connects, if it has one of its own
/// @param readyMs from its start until it said it was ready; negative if it does not say
public record Link(
        IperfTransfer.Route route, Optional<ProcessHandle> process, Optional<Namespace> guest, double readyMs)
        implements AutoCloseable {
    /// For backends that do not say when they are ready.
    public static final double READY_UNKNOWN = -1;

    static Link ofGuest(final Namespace guest, final Process process, final String address, final double readyMs) {
        return new Link(
                new IperfTransfer.Route(guest::command, address, IperfTransfer.PORT),
                Optional.of(process.toHandle()),
                Optional.of(guest),
                readyMs);
    }

    static Link ofHost(final Optional<ProcessHandle> process, final String address, final int port) {
        return new Link(new IperfTransfer.Route(List::copyOf, address, port), process, Optional.empty(), READY_UNKNOWN);
    }

    @Override
    public void close() {
        process.ifPresent(Link::end);
        guest.ifPresent(Namespace::close);
    }

    private static void end(final ProcessHandle process) {
        process.destroyForcibly();
        process.onExit().join();
    }
}
