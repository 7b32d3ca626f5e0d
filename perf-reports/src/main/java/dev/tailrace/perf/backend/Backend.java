package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;

/// A way to carry bytes, not started yet.
public interface Backend {
    /// Short name, the key of its samples.
    String id();

    BackendIdentity.Role role();

    /// Whether it runs on a JVM, whose first seconds are slower than the rest.
    boolean warmsUp();

    /// Whether it is a build of ours: these are compared closely.
    default boolean isOurs() {
        return role() == BackendIdentity.Role.OURS || role() == BackendIdentity.Role.BASELINE;
    }

    /// Whether it can take part in a cell.
    boolean carries(Cell cell);

    /// Whether the traffic of a cell belongs to its warm-up, also if it takes no part in that cell.
    default boolean warmsUpBy(final Cell cell) {
        return warmsUp() && carries(cell);
    }

    /// Starts it and waits until it carries traffic.
    ///
    /// @param mtu of the guest's interface, in bytes
    /// @throws dev.tailrace.perf.lab.LabException in one line; nothing of it runs then
    Link start(Lab lab, int mtu);
}
