package dev.tailrace.bench.stack;

import dev.tailrace.netstack.host.HostAcceptor;
import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostResolver;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStreamListener;
import org.jspecify.annotations.Nullable;

/// A host that connects to everything at once; it has no name server and lets nobody in.
public final class FakeHost implements HostSockets, HostResolver {
    private @Nullable FakeStream stream;
    private @Nullable FakeDatagram datagram;

    /// The stream connected last.
    public FakeStream stream() {
        if (stream == null) {
            throw new IllegalStateException("the stack has not connected: did it drop the SYN?");
        }
        return stream;
    }

    /// The datagram socket made last.
    public FakeDatagram datagram() {
        if (datagram == null) {
            throw new IllegalStateException("the stack has made no socket: did it drop the datagram?");
        }
        return datagram;
    }

    @Override
    public FakeStream connect(
            final long addressHi, final long addressLo, final int port, final HostStreamListener listener) {
        final FakeStream connected = new FakeStream(listener);
        stream = connected;
        return connected;
    }

    @Override
    public HostDatagram datagram(final boolean ipv6, final HostDatagramListener listener) {
        final FakeDatagram made = new FakeDatagram(listener);
        datagram = made;
        return made;
    }

    @Override
    public HostDatagram datagramBoundTo(
            final long addressHi, final long addressLo, final int port, final HostDatagramListener listener) {
        throw new UnsupportedOperationException("no benchmark publishes ports");
    }

    @Override
    public @Nullable HostEcho echo(final boolean ipv6, final HostEchoListener listener) {
        return null;
    }

    @Override
    public HostListener listen(
            final long addressHi, final long addressLo, final int port, final HostAcceptor acceptor) {
        throw new UnsupportedOperationException("no benchmark publishes ports");
    }

    @Override
    public int lastErrno() {
        return HostErrno.EMFILE;
    }

    @Override
    public void flushDatagrams() {
        // They count as sent when they are queued.
    }

    @Override
    public boolean refresh(final boolean preferIpv6, final long nowNs) {
        return false;
    }

    @Override
    public long addressHi() {
        return 0;
    }

    @Override
    public long addressLo() {
        return 0;
    }
}
