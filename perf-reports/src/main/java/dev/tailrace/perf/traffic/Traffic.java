package dev.tailrace.perf.traffic;

import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;

/// Carries the traffic of cells.
public final class Traffic {
    private Traffic() {}

    /// Ends what runs now, from any thread: [#run] then fails.
    public static void interrupt() {
        Processes.killAll();
    }

    /// Carries traffic for some seconds.
    ///
    /// @throws dev.tailrace.perf.lab.LabException in one line, if it failed; nothing that it started runs then
    public static Measurement run(final Route route, final Cell cell, final int seconds) {
        return switch (cell.protocol()) {
            case TCP, UDP -> BulkTransfer.run(route, cell, seconds);
            case UDPGSO -> BatchedDatagrams.run(route, cell, seconds);
            case RR, CRR -> RoundTrips.run(route, cell, seconds);
            case RUNTIME -> throw new IllegalArgumentException("no traffic: " + cell);
        };
    }
}
