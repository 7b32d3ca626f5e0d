package dev.tailrace.netstack.hostile;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import java.io.ByteArrayOutputStream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/// One TCP connection of a [HostileHost].
public final class HostileStream implements HostStream {
    private final HostileHost host;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private @Nullable HostStreamListener listener;
    private int waiting;
    private int error;
    private boolean isEnded;
    private boolean isGone;
    private boolean isOutputShut;
    private boolean isReset;

    HostileStream(final HostileHost host) {
        this.host = host;
    }

    /// What the guest has sent so far.
    public byte[] taken() {
        return taken.toByteArray();
    }

    /// Whether the stack has ended the outgoing direction.
    public boolean isOutputShut() {
        return isOutputShut;
    }

    /// Whether the stack has reset it.
    public boolean isReset() {
        return isReset;
    }

    /// Lets `bytes` more wait for the stack.
    public void write(final int bytes) {
        waiting += bytes;
        ready(true, false, false);
    }

    void connecting(final HostStreamListener hears) {
        listener = hears;
        if (host.isHit(30)) {
            host.atLast(() -> tellConnect(HostErrno.ETIMEDOUT)); // as the kernel does when a peer is silent
            return;
        }
        final int errno = host.isHit(60) ? HostErrno.ECONNREFUSED : host.isHit(20) ? HostErrno.EHOSTUNREACH : 0;
        host.later(() -> tellConnect(errno));
    }

    private void tellConnect(final int errno) {
        final HostStreamListener hears = listener;
        if (!isGone && hears != null) {
            hears.onConnect(errno);
            wake(errno);
        }
    }

    void accepted(final HostStreamListener hears) {
        listener = hears;
        wake(0);
    }

    private void wake(final int errno) {
        if (errno == 0 && host.isHit(500)) {
            write(1 + host.pick(host.isHit(50) ? 200_000 : 6_000));
        }
    }

    private void ready(final boolean isReadable, final boolean isWritable, final boolean isHangup) {
        host.later(() -> {
            final HostStreamListener hears = listener;
            if (!isGone && hears != null) {
                hears.onReady(isReadable, isWritable, isHangup);
            }
        });
    }

    @Override
    public int send(final DirectBuffer buffer, final int offset, final int length) {
        require(!isGone && !isOutputShut, "send after the end");
        host.trace.add(TraceHash.of(buffer, offset, length));
        if (error != 0 || host.isHit(5)) {
            error = HostErrno.ECONNRESET;
            return -error;
        }
        if (host.isHit(100)) {
            ready(false, true, false);
            return HostErrno.WOULD_BLOCK;
        }
        final int count = host.isHit(100) ? 1 + host.pick(length) : length;
        if (host.isRecording()) {
            final byte[] bytes = new byte[count];
            buffer.getBytes(offset, bytes);
            taken.writeBytes(bytes);
        }
        if (host.isHit(50)) {
            write(1 + host.pick(5_000));
        }
        if (host.isHit(20)) {
            isEnded = true;
            ready(true, false, true);
        }
        return count;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int length) {
        require(!isGone, "receive after the end");
        host.trace.add(length);
        if (error != 0 || host.isHit(2)) {
            error = HostErrno.ECONNRESET;
            return -error;
        }
        if (waiting == 0) {
            return isEnded ? 0 : HostErrno.WOULD_BLOCK;
        }
        final int count = Math.min(length, waiting);
        buffer.setMemory(offset, count, (byte) count);
        waiting -= count;
        return count;
    }

    @Override
    public void shutdownOutput() {
        require(!isGone && !isOutputShut, "shutdownOutput after the end");
        isOutputShut = true;
        host.trace.add(2);
        if (host.isHit(500)) {
            isEnded = true;
            ready(true, false, true);
        }
    }

    @Override
    public void close() {
        leave(3);
    }

    @Override
    public void reset() {
        isReset = true;
        leave(4);
    }

    private void leave(final int how) {
        if (!isGone) {
            isGone = true;
            host.trace.add(how);
            host.closed();
        }
    }

    private static void require(final boolean condition, final String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }
}
