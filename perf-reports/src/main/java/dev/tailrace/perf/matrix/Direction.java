package dev.tailrace.perf.matrix;

/// Which way the bulk of the bytes goes, seen from the guest (of two guests: from the first).
public enum Direction {
    /// From the guest to the host.
    UP,
    /// From the host to the guest.
    DOWN;

    /// The name for people: `up` or `down`.
    public String label() {
        return this == UP ? "up" : "down";
    }
}
