package dev.tailrace.perf.backend;

import dev.tailrace.perf.matrix.BackendIds;

/// Where a backend publishes its guest's ports on the host. Several backends live at the same time, so that each has
/// a loopback address of its own.
final class PublishedAddress {
    private PublishedAddress() {}

    static String of(final String id) {
        final int index = BackendIds.ALL.indexOf(id);
        if (index < 0) {
            throw new IllegalArgumentException("no address is kept for " + id);
        }
        return "127.0.1." + (index + 1);
    }
}
