package dev.tailrace.netstack.host;

/// Room for the address and port of a socket, filled in by who knows them; addresses as in
/// [dev.tailrace.netstack.wire.IpAddress]. Used again and again by its owner, so that asking allocates nothing.
public final class HostAddress {
    private long hi;
    private long lo;
    private int port;
    private boolean isKnown;

    /// Forgets the address.
    public void clear() {
        isKnown = false;
        hi = 0;
        lo = 0;
        port = 0;
    }

    /// Takes an address.
    public void set(final long addressHi, final long addressLo, final int addressPort) {
        hi = addressHi;
        lo = addressLo;
        port = addressPort;
        isKnown = true;
    }

    /// Whether there is one.
    public boolean isKnown() {
        return isKnown;
    }

    public long hi() {
        return hi;
    }

    public long lo() {
        return lo;
    }

    public int port() {
        return port;
    }
}
