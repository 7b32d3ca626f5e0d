package dev.tailrace.netstack.hostile;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.testkit.Gathered;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A link whose read area holds nothing but poison beside the frame, and that poisons the stack's output
/// areas once it has taken a frame from them.
public final class PoisonedLink implements LinkDevice {
    private static final int CANARY_BYTES = 64;
    /// Source address and EtherType: what a writer for one protocol lays down once.
    private static final int CONSTANTS_FROM = VNET_HEADER_LENGTH + 6;

    private static final int CONSTANTS_TO = VNET_HEADER_LENGTH + 14;

    private final byte poison;
    private final long canary;
    private final TraceHash trace;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private final List<byte[]> sent = new ArrayList<>();
    private final List<MutableDirectBuffer> outputs = new ArrayList<>();
    private MutableDirectBuffer area = new org.agrona.concurrent.UnsafeBuffer(new byte[0]);
    private int dirtyEnd;

    PoisonedLink(final byte poison, final TraceHash trace) {
        this.poison = poison;
        this.canary = (poison & 0xff) * 0x0101_0101_0101_0101L;
        this.trace = trace;
    }

    /// Has the stack find `frame`, virtio-net header first.
    public void offer(final byte[] frame) {
        waiting.add(frame);
    }

    /// The frames sent since the last call.
    public List<byte[]> take() {
        final List<byte[]> all = List.copyOf(sent);
        sent.clear();
        return all;
    }

    List<byte[]> sent() {
        return sent;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        checkCanary();
        poisonOutputs();
        final byte[] frame = waiting.poll();
        if (frame == null) {
            return DRAINED;
        }
        if (dirtyEnd > offset) {
            buffer.setMemory(offset, dirtyEnd - offset, poison);
        }
        buffer.putBytes(offset, frame);
        area = buffer;
        dirtyEnd = offset + frame.length;
        return frame.length;
    }

    /// Nothing may be written behind the frame read last.
    private void checkCanary() {
        final int end = Math.min(dirtyEnd + CANARY_BYTES, area.capacity() - Long.BYTES);
        for (int index = dirtyEnd; index < end; index += Long.BYTES) {
            if (area.getLong(index) != canary) {
                throw new AssertionError("byte " + (index - dirtyEnd) + " or later behind the frame was written");
            }
        }
    }

    @Override
    public boolean transmit(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        final byte[] frame = Gathered.frame(
                headers, headersOffset, headersLength, payload, firstOffset, firstLength, secondOffset, secondLength);
        trace.add(frame);
        sent.add(frame);
        if (headers instanceof final MutableDirectBuffer output) {
            note(output);
        }
        return true;
    }

    private void note(final MutableDirectBuffer output) {
        for (final MutableDirectBuffer known : outputs) {
            if (known == output) {
                return;
            }
        }
        outputs.add(output);
    }

    /// Not at once: the fragments of a datagram share what is laid down for the first one.
    private void poisonOutputs() {
        for (final MutableDirectBuffer output : outputs) {
            output.setMemory(0, CONSTANTS_FROM, poison);
            output.setMemory(CONSTANTS_TO, output.capacity() - CONSTANTS_TO, poison);
        }
        outputs.clear();
    }

    @Override
    public boolean udpSegmentation() {
        return true;
    }
}
