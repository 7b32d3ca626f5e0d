package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.ProcessUsage;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Operation;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.util.Optional;
import java.util.OptionalDouble;

/// A backend that carries traffic now.
public interface Link extends AutoCloseable {
    /// @param path one that it carries
    Route route(TrafficPath path);

    /// Does an operation on containers once.
    ///
    /// @return the time that it took, ns
    /// @throws dev.tailrace.perf.lab.LabException in one line, if it failed
    default long perform(final Operation operation) {
        throw new LabException("%s runs no containers".formatted(identity().id()));
    }

    /// The namespace that it connects, if it has one of its own.
    Optional<Namespace> guest();

    /// What carries the traffic; nothing if the kernel does.
    Optional<ProcessHandle> process();

    /// User and system time so far of its process and all below it; 0 without a process.
    default double cpuSeconds() {
        return process().map(ProcessUsage::cpuSeconds).orElse(0.0);
    }

    /// The most memory that its process has had resident; nothing without a process.
    default OptionalDouble peakResidentBytes() {
        return process().stream().mapToDouble(ProcessUsage::peakResidentBytes).findFirst();
    }

    /// From its start until it said it was ready; nothing if it does not say.
    default OptionalDouble readyMs() {
        return OptionalDouble.empty();
    }

    /// Evidence of what is running.
    BackendIdentity identity();

    boolean isAlive();

    /// Ends its process and its guest, and waits for that. May be called again.
    @Override
    void close();
}
