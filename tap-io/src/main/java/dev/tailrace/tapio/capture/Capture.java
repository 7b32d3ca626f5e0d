package dev.tailrace.tapio.capture;

import dev.tailrace.netstack.link.LinkDevice;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/// One capture at work. The loops' threads show it frames, one at a time; the [CaptureWriter] has a
/// thread of its own.
public final class Capture {
    /// The writer is woken early when this much waits.
    private static final int WAKE_BYTES = CaptureRing.LENGTH_BYTES / 8;

    private final int id;
    private final CaptureRequest request;
    private final CaptureRing ring;
    private final CaptureWriter writer;
    private final FrameFields fields = new FrameFields();
    private final Consumer<CaptureSummary> onEnd;
    private final long deadlineNs;
    private final boolean hasDeadline;
    private final long epochOffsetNs;
    private boolean isFailureTold;

    // Guarded by this.
    private long latestNs;
    private long frames;
    private long bytes = PcapFormat.FILE_HEADER_LENGTH;
    private long dropped;
    private boolean isFull;
    private boolean isEnding;

    /// @param epochOffsetNs what to add to the stack's clock for nanoseconds since 1970
    Capture(
            final int id,
            final CaptureRequest request,
            final long nowNs,
            final long epochOffsetNs,
            final Consumer<CaptureSummary> onEnd) {
        this.id = id;
        this.request = request;
        this.onEnd = onEnd;
        this.epochOffsetNs = epochOffsetNs;
        this.hasDeadline = request.durationNs() != CaptureRequest.UNLIMITED;
        this.deadlineNs = hasDeadline ? nowNs + request.durationNs() : 0;
        this.latestNs = nowNs;
        final long fileStart = CaptureFile.start(request.fd());
        CaptureFile.begin(request);
        this.ring = new CaptureRing();
        this.writer = new CaptureWriter(
                ring,
                request.fd(),
                fileStart == CaptureFile.NOT_SEEKABLE ? fileStart : fileStart + PcapFormat.FILE_HEADER_LENGTH);
        writer.start();
    }

    /// 1, 2, 3...
    public int id() {
        return id;
    }

    /// How it stands.
    public synchronized CaptureSummary summary() {
        final long lost = writer.dropped();
        return new CaptureSummary(
                id, request.name(), request.filter().toString(), frames - lost, bytes, dropped + lost);
    }

    /// Shows a frame in up to three pieces; `head` holds all headers, the vnet header first.
    // hot path while a capture runs
    synchronized void offer(
            final DirectBuffer head,
            final int headOffset,
            final int headLength,
            final @Nullable DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength,
            final long nowNs) {
        final int offset = headOffset + LinkDevice.VNET_HEADER_LENGTH;
        final int length = headLength - LinkDevice.VNET_HEADER_LENGTH;
        if (isEnding || isFull || length <= 0) {
            return;
        }
        fields.read(head, offset, length);
        if (!request.filter().matches(fields)) {
            return;
        }
        final int original = length + firstLength + secondLength;
        final int captured = Math.min(original, request.snapLength());
        final int recordLength = PcapFormat.RECORD_HEADER_LENGTH + captured;
        if (bytes + recordLength > request.maxBytes()) {
            isFull = true;
            return;
        }
        if (!ring.hasRoom(recordLength)) {
            dropped++;
            writer.wake();
            return;
        }
        final MutableDirectBuffer header = ring.scratch();
        // A loop may have looked at its clock before another one did, and come later.
        latestNs = nowNs - latestNs > 0 ? nowNs : latestNs;
        PcapFormat.writeRecordHeader(header, 0, latestNs + epochOffsetNs, captured, original);
        ring.put(header, 0, PcapFormat.RECORD_HEADER_LENGTH);
        int left = captured - put(head, offset, length, captured);
        if (payload != null) {
            left -= put(payload, firstOffset, firstLength, left);
            put(payload, secondOffset, secondLength, left);
        }
        ring.publish();
        frames++;
        bytes += recordLength;
        if (ring.waitingBytes() > WAKE_BYTES) {
            writer.wake();
        }
    }

    /// Whether it should end by itself: its file is as long as it may be, its time is up, or nobody reads.
    synchronized boolean isOver(final long nowNs) {
        return isFull || writer.isBroken() || (hasDeadline && deadlineNs - nowNs <= 0);
    }

    /// When [#isOver] may change without a frame, as the time from now, or [Long#MAX_VALUE].
    long leftNs(final long nowNs) {
        return hasDeadline ? Math.max(0, deadlineNs - nowNs) : Long.MAX_VALUE;
    }

    /// Takes no frame any more: what waits is written, the descriptor closed.
    synchronized void end() {
        if (!isEnding) {
            isEnding = true;
            writer.end();
        }
    }

    boolean isDone() {
        return writer.isDone();
    }

    /// Errno of the last write that failed, or 0.
    int errno() {
        return writer.errno();
    }

    /// Whether the first write has failed since this was asked last.
    boolean hasFailed() {
        if (isFailureTold || writer.errno() == 0) {
            return false;
        }
        isFailureTold = true;
        return true;
    }

    /// Tells whoever started it.
    void tellEnd() {
        onEnd.accept(summary());
    }

    private int put(final DirectBuffer source, final int offset, final int length, final int most) {
        final int taken = Math.min(length, most);
        if (taken > 0) {
            ring.put(source, offset, taken);
        }
        return taken;
    }
}
