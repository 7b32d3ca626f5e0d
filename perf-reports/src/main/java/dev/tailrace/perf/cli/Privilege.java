package dev.tailrace.perf.cli;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Posix;

/// The product is for ordinary users, so what root sees is not what they see.
final class Privilege {
    private Privilege() {}

    static void requireOrdinaryUser() {
        if (Posix.isRoot()) {
            throw new LabException(
                    "root does not measure. Fix: as an ordinary user, or by ./tailrace bench in a checkout, which changes to one");
        }
    }
}
