package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;

/// How long steps should take, in seconds: weights for the time that is left. What a step really takes beside its
/// traffic differs by machine, and [Progress] corrects it.
final class PlannedTime {
    /// Starting a server and a client and reading what they say.
    private static final double BULK_OVERHEAD = 0.3;

    /// The same with JVMs.
    private static final double JVM_OVERHEAD = 1;

    /// Until what is left of many connections is forgotten.
    private static final double SETTLING = 1;

    /// A stream beside round trips runs first.
    private static final double BULK_LEAD = 1;

    /// What is made and removed around an operation, in the first of a turn.
    private static final double RUNTIME_OVERHEAD = 1;

    private static final double START = 0.5;

    private PlannedTime() {}

    static double ofTurn(final Cell cell, final Profile profile) {
        return switch (cell.protocol()) {
            case TCP, UDP -> profile.seconds() + BULK_OVERHEAD;
            case UDPGSO -> profile.seconds() + JVM_OVERHEAD;
            case RR -> profile.seconds() + JVM_OVERHEAD + beside(cell);
            case RUNTIME -> profile.seconds() + RUNTIME_OVERHEAD;
            case CRR -> profile.seconds() + JVM_OVERHEAD + SETTLING + beside(cell);
        };
    }

    private static double beside(final Cell cell) {
        return cell.beside().isPresent() ? BULK_LEAD : 0;
    }

    static double ofStart(final Backend backend, final Profile profile) {
        return backend.warmsUp() ? START + 2 * (profile.warmupSeconds() + BULK_OVERHEAD) : START;
    }
}
