package dev.tailrace.netstack.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The frames of a run: a 64-bit hash over all of them, and the last ones kept for a failure's text and capture.
public final class Trace {
    private static final int KEPT = 30_000;
    private static final int SNAP_BYTES = 160;
    private static final int TAIL_LINES = 60;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long hash = 0x7a11_7ace_0000_0001L;
    private long count;

    private record Entry(long timeNs, boolean isFromStack, byte[] head, int length, String note) {}

    /// Takes one frame, virtio-net header first.
    void frame(final long timeNs, final boolean isFromStack, final byte[] frame, final String note) {
        count++;
        hash = Pattern.mix(hash ^ timeNs ^ (isFromStack ? 1 : 0)) + count;
        for (int index = 0; index < frame.length; index++) {
            hash = hash * 31 + frame[index];
        }
        if (entries.size() == KEPT) {
            entries.removeFirst();
        }
        final byte[] head = new byte[Math.min(frame.length, SNAP_BYTES)];
        System.arraycopy(frame, 0, head, 0, head.length);
        entries.addLast(new Entry(timeNs, isFromStack, head, frame.length, note));
    }

    /// Hash over time, direction and octets of every frame so far.
    public long hash() {
        return hash;
    }

    /// Frames seen.
    public long count() {
        return count;
    }

    /// The last frames, one line each, as a failure shows them.
    public String tail() {
        final List<Entry> last = new ArrayList<>(entries);
        final StringBuilder text = new StringBuilder();
        for (final Entry entry : last.subList(Math.max(0, last.size() - TAIL_LINES), last.size())) {
            text.append(String.format(Locale.ROOT, "%14.6f ms ", entry.timeNs / 1e6));
            text.append(entry.isFromStack ? "stack> " : "guest> ");
            text.append(describe(entry)).append(entry.note.isEmpty() ? "" : "   <" + entry.note + ">");
            text.append('\n');
        }
        return text.toString();
    }

    /// Writes a classic pcap file (nanosecond magic, Ethernet), frames cut to their first bytes.
    public void writePcap(final Path file) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        little(out, 0xa1b2_3c4d, 0x0004_0002, 0, 0, 65_535, 1);
        for (final Entry entry : entries) {
            final int vnet = PacketParser.VNET;
            little(out, (int) (entry.timeNs / 1_000_000_000), (int) (entry.timeNs % 1_000_000_000));
            little(out, entry.head.length - vnet, entry.length - vnet);
            out.write(entry.head, vnet, entry.head.length - vnet);
        }
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, out.toByteArray());
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static String describe(final Entry entry) {
        return Lenient.describe(entry.head, entry.length);
    }

    private static void little(final ByteArrayOutputStream out, final int... words) {
        for (final int word : words) {
            for (int shift = 0; shift < 32; shift += 8) {
                out.write(word >>> shift);
            }
        }
    }
}
