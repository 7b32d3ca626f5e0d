package dev.tailrace.perf.backend;

import java.util.List;

/// Where a backend publishes its guest's ports on the host. Several backends live at the same time, so that each has
/// a loopback address of its own.
final class PublishedAddress {
    private static final List<String> IDS = List.of(
            "tailrace",
            "tailrace (again)",
            "tailrace@baseline",
            "slirp4netns",
            "pasta",
            "pasta, tuned",
            "tailrace, sandboxed");

    private PublishedAddress() {}

    static String of(final String id) {
        final int index = IDS.indexOf(id);
        if (index < 0) {
            throw new IllegalArgumentException("no address is kept for " + id);
        }
        return "127.0.1." + (index + 1);
    }
}
