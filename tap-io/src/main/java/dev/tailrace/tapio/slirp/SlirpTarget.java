package dev.tailrace.tapio.slirp;

/// What the command line names as the guest's end of the network.
public sealed interface SlirpTarget {
    /// A network namespace, in which we open a TAP.
    ///
    /// @param netnsPath such as `/proc/PID/ns/net`
    /// @param tapName the device's name as given; the kernel takes 15 bytes
    record Namespace(String netnsPath, String tapName) implements SlirpTarget {}

    /// A descriptor that we were started with: a TAP, or a socket for Ethernet frames.
    record TapFd(int fd) implements SlirpTarget {}

    /// A socket for Ethernet frames that we make, and to which one peer connects.
    record Bess(String path) implements SlirpTarget {}
}
