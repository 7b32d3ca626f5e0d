package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A UDP socket whose every peer sends back what it gets.
public final class SimHostDatagram implements HostDatagram {
    private static final long ROUND_TRIP_NS = 100_000;

    private final SimWorld world;
    private final HostDatagramListener listener;
    private final int port;
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private boolean isClosed;

    private record Message(byte[] payload, int segmentBytes, long hi, long lo, int port) {}

    SimHostDatagram(final SimWorld world, final HostDatagramListener listener, final int port) {
        this.world = world;
        this.listener = listener;
        this.port = port;
    }

    @Override
    public void send(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int segmentBytes,
            final long addressHi,
            final long addressLo,
            final int toPort,
            final int hopLimit,
            final int cookie) {
        final byte[] payload = new byte[length];
        buffer.getBytes(offset, payload, 0, length);
        world.after(ROUND_TRIP_NS, () -> {
            if (!isClosed) {
                waiting.add(new Message(payload, segmentBytes, addressHi, addressLo, toPort));
                listener.onReadable();
            }
        });
    }

    @Override
    public int receive(final int limit) {
        int told = 0;
        while (told < limit && !waiting.isEmpty()) {
            final Message message = waiting.remove();
            final UnsafeBuffer buffer =
                    new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(message.payload.length + 1));
            buffer.putBytes(0, message.payload);
            listener.onDatagram(
                    buffer, 0, message.payload.length, message.segmentBytes, message.hi, message.lo, message.port);
            told++;
        }
        return told;
    }

    @Override
    public int localPort() {
        return port;
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
