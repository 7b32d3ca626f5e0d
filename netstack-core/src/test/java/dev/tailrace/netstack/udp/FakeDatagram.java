package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.wire.IpAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A host socket: keeps what is sent, hands on what the test lets arrive.
final class FakeDatagram implements HostDatagram {
    final FakeSockets sockets;
    final HostDatagramListener listener;
    final int localPort;
    boolean isClosed;

    private final ArrayDeque<Arrival> arrivals = new ArrayDeque<>();
    private final UnsafeBuffer received = new UnsafeBuffer(ByteBuffer.allocateDirect(66_000));

    record Arrival(byte[] payload, int segmentBytes, int source, int port) {}

    FakeDatagram(final FakeSockets sockets, final HostDatagramListener listener, final int localPort) {
        this.sockets = sockets;
        this.listener = listener;
        this.localPort = localPort;
    }

    @Override
    public void send(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int segmentBytes,
            final long addressHi,
            final long addressLo,
            final int port,
            final int hopLimit,
            final int cookie) {
        if (isClosed) {
            throw new IllegalStateException("send on a closed socket");
        }
        sockets.queue(this, buffer.addressOffset() + offset, length, segmentBytes, addressLo, port, hopLimit, cookie);
    }

    /// Lets a message arrive and tells so.
    void arrive(final int source, final int port, final byte[] payload, final int segmentBytes) {
        arrivals.add(new Arrival(payload, segmentBytes, source, port));
        listener.onReadable();
    }

    @Override
    public int receive(final int limit) {
        if (isClosed) {
            throw new IllegalStateException("receive on a closed socket");
        }
        int count = 0;
        while (count < limit && !arrivals.isEmpty()) {
            final Arrival arrival = arrivals.remove();
            received.putBytes(5, arrival.payload());
            listener.onDatagram(
                    received,
                    5,
                    arrival.payload().length,
                    arrival.segmentBytes(),
                    IpAddress.IPV4_HI,
                    IpAddress.ipv4Lo(arrival.source()),
                    arrival.port());
            count++;
        }
        return count;
    }

    /// An ICMP error arrives.
    void error(
            final int type, final int code, final int mtu, final int destination, final int port, final int offender) {
        listener.onIcmpError(
                type,
                code,
                mtu,
                IpAddress.IPV4_HI,
                IpAddress.ipv4Lo(destination),
                port,
                0,
                offender == 0 ? 0 : IpAddress.ipv4Lo(offender));
    }

    @Override
    public int localPort() {
        return localPort;
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
