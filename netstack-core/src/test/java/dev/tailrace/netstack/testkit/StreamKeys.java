package dev.tailrace.netstack.testkit;

/// Keys of the two byte streams of a connection, made from the remote port so that both ends know them.
public final class StreamKeys {
    private StreamKeys() {}

    /// What the guest writes to a connection whose remote port is `remotePort`.
    public static long fromGuest(final int remotePort) {
        return 0x6775_0000_0000L + remotePort;
    }

    /// What the host's application writes to a connection whose remote port is `remotePort`.
    public static long fromHost(final int remotePort) {
        return 0x686f_0000_0000L + remotePort;
    }
}
