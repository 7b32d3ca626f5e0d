package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.traffic.Measurement;
import dev.tailrace.perf.traffic.Traffic;

/// What a session does to the machine. Tests have means of their own, which start nothing.
///
/// @param starter throws [dev.tailrace.perf.lab.LabException] in one line; nothing runs then
/// @param carrier throws the same; nothing that it started runs then
record Means(Starter starter, Carrier carrier) {
    /// Starts a backend for one MTU.
    @FunctionalInterface
    interface Starter {
        Link start(Backend backend, int mtu);
    }

    /// Carries the traffic of a cell for some seconds.
    @FunctionalInterface
    interface Carrier {
        Measurement carry(Route route, Cell cell, int seconds);
    }

    /// Real ones.
    static Means of(final Lab lab) {
        return new Means((backend, mtu) -> backend.start(lab, mtu), Traffic::run);
    }
}
