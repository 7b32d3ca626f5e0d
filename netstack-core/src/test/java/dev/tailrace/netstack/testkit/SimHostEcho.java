package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// An ICMP echo socket whose every peer replies.
public final class SimHostEcho implements HostEcho {
    private static final long ROUND_TRIP_NS = 100_000;

    private final SimWorld world;
    private final HostEchoListener listener;
    private boolean isClosed;

    SimHostEcho(final SimWorld world, final HostEchoListener listener) {
        this.world = world;
        this.listener = listener;
    }

    @Override
    public int send(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final long addressHi,
            final long addressLo,
            final int hopLimit) {
        final UnsafeBuffer reply = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(length));
        reply.putBytes(0, buffer, offset, length);
        reply.putByte(0, (byte) 0);
        world.after(ROUND_TRIP_NS, () -> {
            if (!isClosed) {
                listener.onReply(reply, 0, length, addressHi, addressLo);
            }
        });
        return 0;
    }

    @Override
    public void close() {
        isClosed = true;
    }
}
