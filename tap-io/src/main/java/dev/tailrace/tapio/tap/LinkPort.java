package dev.tailrace.tapio.tap;

import dev.tailrace.netstack.link.LinkDevice;

/// The guest's end of the stack: a [LinkDevice] with a descriptor to wait on. Owned by one thread.
public interface LinkPort extends LinkDevice, AutoCloseable {
    /// The descriptor to wait on for frames.
    int fd();

    /// What it means that the link is closed, for people.
    String closedText();

    @Override
    void close();
}
