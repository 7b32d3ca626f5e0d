package dev.tailrace.perf.matrix;

import java.util.Locale;

/// From where to where the connections of a cell are opened.
public enum TrafficPath {
    /// From the guest to a server on the host.
    C2H("container to host"),
    /// From the host to a server in the guest, through a published port.
    H2C("host to container"),
    /// Between two guests on one bridge: the kernel alone, what no user-mode stack is in the way of.
    C2C("container to container"),
    /// Nowhere: for an [Operation].
    NONE("time of one operation");

    private final String title;

    TrafficPath(final String title) {
        this.title = title;
    }

    /// For people.
    public String title() {
        return title;
    }

    /// The second part of a cell's id.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
