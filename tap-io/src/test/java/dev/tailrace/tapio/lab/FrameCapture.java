package dev.tailrace.tapio.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;

/// The last frames that passed a [FrameRelay], for a file that network tools read. Safe for several threads.
public final class FrameCapture {
    private static final int KEPT = 100_000;
    private static final int SNAP_BYTES = 96;
    private static final int SOURCE_OFFSET = 6;
    private static final int HEADER_BYTES = 24;
    private static final int RECORD_BYTES = 16;
    private static final int MAGIC_NANOSECONDS = 0xa1b2_3c4d;
    private static final int VERSION = 0x0004_0002;
    private static final int LINK_TYPE_ETHERNET = 1;
    private static final long SECOND_NS = 1_000_000_000L;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();

    private record Entry(byte[] head, int length, long timeNs) {}

    /// Keeps the beginning of a frame. One that is lost is told apart by the first octet of its source, which is 0xff.
    synchronized void frame(final byte[] frame, final boolean isLost, final long timeNs) {
        final byte[] head = new byte[Math.min(frame.length, SNAP_BYTES)];
        System.arraycopy(frame, 0, head, 0, head.length);
        if (isLost && head.length > SOURCE_OFFSET) {
            head[SOURCE_OFFSET] = (byte) 0xff;
        }
        if (entries.size() == KEPT) {
            entries.removeFirst();
        }
        entries.addLast(new Entry(head, frame.length, timeNs));
    }

    /// Writes a classic pcap file with times in nanoseconds, frames cut to their first bytes.
    public void write(final Path file) {
        final List<Entry> all;
        synchronized (this) {
            all = List.copyOf(entries);
        }
        final int length = HEADER_BYTES
                + all.stream()
                        .mapToInt(entry -> RECORD_BYTES + entry.head.length)
                        .sum();
        final ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC_NANOSECONDS).putInt(VERSION).putInt(0).putInt(0).putInt(SNAP_BYTES);
        out.putInt(LINK_TYPE_ETHERNET);
        for (final Entry entry : all) {
            out.putInt((int) (entry.timeNs / SECOND_NS)).putInt((int) (entry.timeNs % SECOND_NS));
            out.putInt(entry.head.length).putInt(entry.length).put(entry.head);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, out.array());
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
