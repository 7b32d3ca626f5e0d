package dev.tailrace.perf.model;

/// Which way the bulk of the bytes goes, seen from the guest.
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
