package dev.tailrace.bench.tcp;

import dev.tailrace.bench.stack.FakeStream;
import dev.tailrace.bench.stack.FrameLink;
import dev.tailrace.bench.stack.GuestFrames;
import dev.tailrace.bench.stack.StackUnderTest;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// The guest's end of one established connection through a stack of its own: frames made once, whose numbers are
/// patched.
final class GuestConnection implements FrameLink.Receiver {
    private static final int SERVER_PORT = 80;
    private static final int GUEST_PORT = 40_000;
    private static final int SEQUENCE_OFFSET = GuestFrames.TRANSPORT_OFFSET + TcpFlyweight.SEQUENCE_OFFSET;
    private static final int ACKNOWLEDGEMENT_OFFSET =
            GuestFrames.TRANSPORT_OFFSET + TcpFlyweight.ACKNOWLEDGEMENT_OFFSET;
    private static final int FLAGS_OFFSET = GuestFrames.TRANSPORT_OFFSET + TcpFlyweight.FLAGS_OFFSET;

    private final StackUnderTest stack = new StackUnderTest(this, 1);
    private final UnsafeBuffer acknowledgement = frame(TcpFlags.ACK, 0);
    private final FakeStream stream;
    private int guestNext;
    private int stackNext;

    /// Goes through the handshake.
    GuestConnection() {
        stack.link().add(frame(TcpFlags.SYN, 0));
        stack.work();
        stream = stack.host().stream();
        stream.connected();
        stack.work();
        guestNext++;
        acknowledge();
    }

    StackUnderTest stack() {
        return stack;
    }

    FakeStream stream() {
        return stream;
    }

    /// A segment with `payloadBytes` of this connection, to be sent again and again.
    static UnsafeBuffer segment(final int payloadBytes) {
        return frame(TcpFlags.ACK | TcpFlags.PSH, payloadBytes);
    }

    /// Sends segments of `payloadBytes` one after the other, found by the stack in one turn.
    void send(final UnsafeBuffer[] segments, final int payloadBytes) {
        for (final UnsafeBuffer segment : segments) {
            add(segment);
            guestNext += payloadBytes;
        }
        stack.work();
    }

    /// Acknowledges all that has come.
    void acknowledge() {
        add(acknowledgement);
        stack.work();
    }

    @Override
    public void onFrame(final DirectBuffer headers, final int offset, final int payloadBytes) {
        final int syn = headers.getByte(offset + FLAGS_OFFSET) & TcpFlags.SYN;
        final int sequence = headers.getInt(offset + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN);
        stackNext = sequence + payloadBytes + (syn != 0 ? 1 : 0);
    }

    private void add(final UnsafeBuffer frame) {
        frame.putInt(SEQUENCE_OFFSET, guestNext, ByteOrder.BIG_ENDIAN);
        frame.putInt(ACKNOWLEDGEMENT_OFFSET, stackNext, ByteOrder.BIG_ENDIAN);
        stack.link().add(frame);
    }

    private static UnsafeBuffer frame(final int flags, final int payloadBytes) {
        return GuestFrames.tcp(GuestFrames.SERVER, SERVER_PORT, GUEST_PORT, flags, payloadBytes);
    }
}
