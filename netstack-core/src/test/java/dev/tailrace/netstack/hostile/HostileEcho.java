package dev.tailrace.netstack.hostile;

import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.host.HostErrno;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// One echo socket of a [HostileHost].
public final class HostileEcho implements HostEcho {
    private final HostileHost host;
    private final HostEchoListener listener;
    private boolean isClosed;

    HostileEcho(final HostileHost host, final HostEchoListener listener) {
        this.host = host;
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
        if (isClosed || length < 8 || hopLimit < 1) {
            throw new AssertionError("echo of " + length + " bytes with TTL " + hopLimit);
        }
        host.trace.add(TraceHash.of(buffer, offset, length) ^ addressLo ^ hopLimit);
        final byte[] request = new byte[length];
        buffer.getBytes(offset, request);
        host.echoed(new HostileHost.Reached(addressHi, addressLo, 0, request));
        if (host.isHit(30)) {
            return -HostErrno.EHOSTUNREACH;
        }
        if (host.isHit(400)) {
            final UnsafeBuffer reply = new UnsafeBuffer(ByteBuffer.allocateDirect(length));
            reply.putBytes(0, request);
            reply.putByte(0, (byte) 0);
            final boolean isError = host.isHit(100);
            host.later(() -> {
                if (isClosed) {
                    return;
                }
                if (isError) {
                    listener.onIcmpError(11, 0, 0, -1, addressHi, addressLo, addressHi, addressLo);
                } else {
                    listener.onReply(reply, 0, length, addressHi, addressLo);
                }
            });
        }
        return 0;
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            host.closed();
        }
    }
}
