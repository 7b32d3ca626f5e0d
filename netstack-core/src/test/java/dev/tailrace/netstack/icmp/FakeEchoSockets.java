package dev.tailrace.netstack.icmp;

import dev.tailrace.netstack.host.HostAcceptor;
import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// Echo sockets without a host: each has an identifier of its own, as the kernel's have.
final class FakeEchoSockets implements HostSockets {
    final List<FakeEcho> opened = new ArrayList<>();
    boolean isForbidden;
    int maxOpen = Integer.MAX_VALUE;
    private int errno;

    final class FakeEcho implements HostEcho {
        final HostEchoListener listener;
        final int identifier = 0x7000 + opened.size();
        final UnsafeBuffer received = new UnsafeBuffer(ByteBuffer.allocateDirect(66_000));
        byte[] sent = new byte[0];
        int destination;
        int hopLimit;
        int sends;
        int result;
        boolean isClosed;
        boolean isCounting;

        FakeEcho(final HostEchoListener listener) {
            this.listener = listener;
        }

        @Override
        public int send(
                final DirectBuffer buffer,
                final int offset,
                final int length,
                final long addressHi,
                final long addressLo,
                final int hops) {
            sends++;
            if (!isCounting) {
                sent = new byte[length];
                buffer.getBytes(offset, sent);
                destination = IpAddress.ipv4(addressLo);
                hopLimit = hops;
            }
            return result;
        }

        /// Lets the answer to the last request arrive, as a kernel hands it on.
        void answer(final int source) {
            received.putBytes(3, sent);
            received.putByte(3, (byte) 0);
            received.putByte(7, (byte) (identifier >> 8));
            received.putByte(8, (byte) identifier);
            listener.onReply(received, 3, sent.length, IpAddress.IPV4_HI, IpAddress.ipv4Lo(source));
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    @Override
    public @Nullable HostEcho echo(final boolean ipv6, final HostEchoListener listener) {
        if (isForbidden) {
            errno = HostErrno.EACCES;
            return null;
        }
        if (opened.stream().filter(socket -> !socket.isClosed).count() >= maxOpen) {
            errno = HostErrno.EMFILE;
            return null;
        }
        final FakeEcho socket = new FakeEcho(listener);
        opened.add(socket);
        return socket;
    }

    @Override
    public int lastErrno() {
        return errno;
    }

    @Override
    public @Nullable HostStream connect(
            final long addressHi, final long addressLo, final int toPort, final HostStreamListener listener) {
        throw new UnsupportedOperationException("no TCP here");
    }

    @Override
    public @Nullable HostDatagram datagram(final boolean ipv6, final HostDatagramListener listener) {
        throw new UnsupportedOperationException("no UDP here");
    }

    @Override
    public HostDatagram datagramBoundTo(
            final long addressHi, final long addressLo, final int port, final HostDatagramListener listener) {
        throw new UnsupportedOperationException("no UDP here");
    }

    @Override
    public HostListener listen(
            final long addressHi, final long addressLo, final int onPort, final HostAcceptor acceptor) {
        throw new UnsupportedOperationException("no TCP here");
    }

    @Override
    public void flushDatagrams() {
        throw new UnsupportedOperationException("no UDP here");
    }
}
