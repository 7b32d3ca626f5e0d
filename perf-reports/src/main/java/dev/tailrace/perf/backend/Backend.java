package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.model.Identity;

/// A way to carry bytes, not started yet.
public interface Backend {
    Identity identity();

    /// Whether it runs on a JVM, whose first seconds are slower than the rest.
    boolean warmsUp();

    /// Starts it and waits until it carries traffic.
    ///
    /// @param mtu of the guest's interface, in bytes
    Link start(Lab lab, int mtu);
}
