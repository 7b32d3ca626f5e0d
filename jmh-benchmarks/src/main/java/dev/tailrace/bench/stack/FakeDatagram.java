package dev.tailrace.bench.stack;

import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.wire.IpAddress;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A UDP socket of the host: takes all that is sent, and gives as many messages as it was told to offer, all alike.
public final class FakeDatagram implements HostDatagram {
    private static final int MAX_MESSAGE_BYTES = 1 << 16;
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_PORT = 30_000;

    private final HostDatagramListener listener;
    private final UnsafeBuffer message =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(MAX_MESSAGE_BYTES, ALIGNMENT));
    private int offered;
    private int messageBytes;
    private int segmentBytes;
    private int serverPort;
    private long takenBytes;

    FakeDatagram(final HostDatagramListener listener) {
        this.listener = listener;
    }

    /// Has `messages` to receive from the server, and tells the stack so.
    ///
    /// @param segment bytes of each datagram in a coalesced message, 0 for one
    public void offer(final int messages, final int fromPort, final int bytes, final int segment) {
        offered = messages;
        serverPort = fromPort;
        messageBytes = bytes;
        segmentBytes = segment;
        listener.onReadable();
    }

    /// Bytes of payload sent so far.
    public long takenBytes() {
        return takenBytes;
    }

    @Override
    public void send(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int segment,
            final long addressHi,
            final long addressLo,
            final int port,
            final int hopLimit,
            final int cookie) {
        takenBytes += length;
    }

    @Override
    public int receive(final int limit) {
        int given = 0;
        while (given < limit && offered > 0) {
            listener.onDatagram(
                    message,
                    0,
                    messageBytes,
                    segmentBytes,
                    IpAddress.IPV4_HI,
                    IpAddress.ipv4Lo(GuestFrames.SERVER),
                    serverPort);
            offered--;
            given++;
        }
        return given;
    }

    @Override
    public int localPort() {
        return LOCAL_PORT;
    }

    @Override
    public void close() {
        throw new IllegalStateException("no benchmark waits until a mapping expires");
    }
}
