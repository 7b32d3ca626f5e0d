package dev.tailrace.bench.stack;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A connection of the host: takes all that is sent, and gives as much as it was told to offer. Nothing is copied.
public final class FakeStream implements HostStream {
    private final HostStreamListener listener;
    private int offeredBytes;
    private long takenBytes;

    FakeStream(final HostStreamListener listener) {
        this.listener = listener;
    }

    /// Tells the stack that the connection stands.
    public void connected() {
        listener.onConnect(0);
    }

    /// Has `bytes` more to receive, and tells the stack so.
    public void offer(final int bytes) {
        offeredBytes += bytes;
        listener.onReady(true, false, false);
    }

    /// Bytes sent so far.
    public long takenBytes() {
        return takenBytes;
    }

    @Override
    public int send(final DirectBuffer buffer, final int offset, final int length) {
        takenBytes += length;
        return length;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int length) {
        final int given = Math.min(offeredBytes, length);
        offeredBytes -= given;
        return given > 0 ? given : HostErrno.WOULD_BLOCK;
    }

    @Override
    public void shutdownOutput() {
        throw new IllegalStateException("no benchmark ends a connection");
    }

    @Override
    public void close() {
        throw new IllegalStateException("no benchmark ends a connection");
    }

    @Override
    public void reset() {
        throw new IllegalStateException("no benchmark resets a connection");
    }
}
