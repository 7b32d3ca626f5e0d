package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.host.HostAcceptor;
import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// Host sockets without a host. Payload is read when the sends are flushed, as `sendmmsg` does.
final class FakeSockets implements HostSockets {
    static final int QUEUE_CAPACITY = 4096;

    /// One datagram that left.
    record Sent(FakeDatagram from, byte[] payload, int segmentBytes, int destination, int port, int hopLimit) {}

    final List<FakeDatagram> opened = new ArrayList<>();
    final List<Sent> sent = new ArrayList<>();

    /// Sockets that may be open at a time.
    int maxOpen = Integer.MAX_VALUE;

    /// Errno of sends to this address; 0 for none.
    int failingAddress;

    int failingErrno;

    /// Longest segment that the route takes.
    int maxSegmentBytes = Integer.MAX_VALUE;

    /// Whether to count only what is sent, for the allocation test.
    boolean isCounting;

    long countedBytes;
    int flushes;

    private final FakeDatagram[] from = new FakeDatagram[QUEUE_CAPACITY];
    private final long[] address = new long[QUEUE_CAPACITY];
    private final int[] length = new int[QUEUE_CAPACITY];
    private final int[] segmentBytes = new int[QUEUE_CAPACITY];
    private final int[] destination = new int[QUEUE_CAPACITY];
    private final int[] port = new int[QUEUE_CAPACITY];
    private final int[] hopLimit = new int[QUEUE_CAPACITY];
    private final int[] cookie = new int[QUEUE_CAPACITY];
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private int queued;
    private int errno;

    void queue(
            final FakeDatagram socket,
            final long payloadAddress,
            final int payloadLength,
            final int segment,
            final long addressLo,
            final int toPort,
            final int hops,
            final int tag) {
        from[queued] = socket;
        address[queued] = payloadAddress;
        length[queued] = payloadLength;
        segmentBytes[queued] = segment;
        destination[queued] = IpAddress.ipv4(addressLo);
        port[queued] = toPort;
        hopLimit[queued] = hops;
        cookie[queued] = tag;
        queued++;
    }

    @Override
    public void flushDatagrams() {
        flushes++;
        final int count = queued;
        queued = 0;
        for (int index = 0; index < count; index++) {
            final FakeDatagram socket = from[index];
            if (socket.isClosed) {
                throw new IllegalStateException("closed before its datagrams were sent");
            }
            if (failingErrno != 0 && destination[index] == failingAddress) {
                socket.listener.onSendFailed(failingErrno, cookie[index]);
            } else if (segmentBytes[index] > maxSegmentBytes) {
                socket.listener.onSendFailed(HostErrno.EINVAL, cookie[index]);
            } else if (isCounting) {
                countedBytes += length[index];
            } else {
                view.wrap(address[index], length[index]);
                final byte[] payload = new byte[length[index]];
                view.getBytes(0, payload);
                sent.add(new Sent(
                        socket, payload, segmentBytes[index], destination[index], port[index], hopLimit[index]));
            }
        }
    }

    @Override
    public @Nullable HostDatagram datagram(final boolean ipv6, final HostDatagramListener listener) {
        if (opened.stream().filter(socket -> !socket.isClosed).count() >= maxOpen) {
            errno = HostErrno.EMFILE;
            return null;
        }
        final FakeDatagram socket = new FakeDatagram(this, listener, 30_000 + opened.size());
        opened.add(socket);
        return socket;
    }

    @Override
    public HostDatagram datagramBoundTo(
            final long addressHi, final long addressLo, final int boundPort, final HostDatagramListener listener) {
        for (final FakeDatagram socket : opened) {
            if (!socket.isClosed && socket.localPort == boundPort) {
                throw new HostException("bind UDP port " + boundPort + ": EADDRINUSE", HostErrno.EADDRINUSE);
            }
        }
        final FakeDatagram socket = new FakeDatagram(this, listener, boundPort);
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
    public @Nullable HostEcho echo(final boolean ipv6, final HostEchoListener listener) {
        throw new UnsupportedOperationException("no ICMP here");
    }

    @Override
    public HostListener listen(
            final long addressHi, final long addressLo, final int onPort, final HostAcceptor acceptor) {
        throw new UnsupportedOperationException("no TCP here");
    }
}
