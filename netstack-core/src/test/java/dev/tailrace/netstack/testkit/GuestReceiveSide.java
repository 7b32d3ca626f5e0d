package dev.tailrace.netstack.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The receiving half of a [GuestTcp]: reassembly, the buffer and its window, acknowledgement policy. Positions are
/// 64-bit offsets in the stream, so that a sequence number that wraps is no special case.
final class GuestReceiveSide {
    private static final long DELAYED_ACK_NS = 40_000_000L;
    private static final long NO_FIN = -1;
    private static final int LATEST = 8;

    private final GuestTcp tcp;
    private final GuestOptions options;
    private final long key;
    /// Received out of order: start to end.
    private final TreeMap<Long, Long> islands = new TreeMap<>();

    /// Positions that came out of order, the latest first.
    private final ArrayDeque<Long> latest = new ArrayDeque<>();

    private int irs;
    private long next;
    private long read;
    private long edge;
    private long acked;
    private long finAt = NO_FIN;
    private boolean isAckScheduled;
    private boolean isReadScheduled;
    private boolean isReading;
    private int forcedWindow = -1;

    GuestReceiveSide(final GuestTcp tcp, final GuestOptions options, final long key) {
        this.tcp = tcp;
        this.options = options;
        this.key = key;
        this.isReading = options.isReading;
    }

    void start(final int initialSequence) {
        irs = initialSequence;
    }

    /// What the acknowledgement field holds: behind the contiguous bytes, and the FIN when it was reached.
    int acknowledgement() {
        return irs + 1 + (int) next + (isEnded() ? 1 : 0);
    }

    boolean isEnded() {
        return finAt != NO_FIN && next == finAt;
    }

    /// Contiguous bytes received.
    long received() {
        return next;
    }

    /// Bytes the application has read.
    long bytesRead() {
        return read;
    }

    /// The window field to send now; remembers the edge told.
    int windowField(final int shift) {
        if (forcedWindow >= 0) {
            return forcedWindow >>> shift;
        }
        final long free = options.receiveBufferBytes - (next - read);
        long field = Math.max(0, free) >>> shift;
        if (next + (field << shift) < edge) {
            field = edge - next + (1L << shift) - 1 >>> shift;
        }
        field = Math.min(field, 0xffff);
        edge = Math.max(edge, next + (field << shift));
        return (int) field;
    }

    /// Edges of the SACK blocks to tell: the latest first, three at most, as beside the timestamps of a Linux guest.
    int[] selective() {
        final List<Long> starts = new ArrayList<>();
        for (final long at : latest) {
            final Map.Entry<Long, Long> island = islands.floorEntry(at);
            if (island != null && island.getValue() > at && !starts.contains(island.getKey()) && starts.size() < 3) {
                starts.add(island.getKey());
            }
        }
        return starts.stream()
                .flatMap(start -> Stream.of(start, islands.get(start)))
                .mapToInt(position -> irs + 1 + (int) (long) position)
                .toArray();
    }

    void acknowledged() {
        acked = next;
    }

    /// Whether it begins in the window, and does not end beyond it while bytes wait to be read: otherwise Linux 6.18
    /// drops it with its acknowledgement.
    boolean isAcceptable(final Packet packet) {
        final long limit = forcedWindow >= 0 ? next + forcedWindow : Math.max(edge, next);
        final long start = next + (packet.seq() - (irs + 1 + (int) next));
        return start <= limit + (isEnded() ? 1 : 0) && (start + packet.payloadLength() <= limit || read == next);
    }

    /// Takes a segment's payload and FIN.
    void segment(final Packet packet) {
        final long start = next + (packet.seq() - (irs + 1 + (int) next));
        final int length = packet.payloadLength();
        verify(packet, start, length);
        if (packet.has(Packet.FIN)) {
            final long position = start + length;
            tcp.require(finAt == NO_FIN || finAt == position, "FIN at " + position + " and at " + finAt);
            tcp.require(position >= next, "FIN at " + position + " before received bytes " + next);
            if (position <= Math.max(edge, next)) {
                finAt = position;
            }
        }
        if (length == 0 && !packet.has(Packet.FIN)) {
            if (start < next || (isEnded() && start == next)) {
                tcp.acknowledge();
            }
            return;
        }
        final long before = next;
        final boolean hadIslands = !islands.isEmpty();
        final long limit = Math.max(read + options.receiveBufferBytes, edge);
        final long end = Math.min(start + length, forcedWindow >= 0 ? next + forcedWindow : limit);
        if (end > start && end > next) {
            insert(start, end);
            absorb();
        }
        final boolean isAdvanced = next > before;
        final boolean isEager = !isAdvanced
                || hadIslands
                || !islands.isEmpty()
                || packet.has(Packet.FIN)
                || !options.isDelayedAck
                || next - acked >= 2L * options.mss;
        if (isAdvanced) {
            scheduleRead();
        }
        if (isEager) {
            tcp.acknowledge();
        } else if (!isAckScheduled) {
            isAckScheduled = true;
            tcp.world().after(DELAYED_ACK_NS, this::delayedAck);
        }
        if (isEnded()) {
            tcp.onPeerEnded();
        }
    }

    void reading(final boolean now) {
        isReading = now;
        scheduleRead();
    }

    void forceWindow(final int bytes) {
        forcedWindow = bytes;
    }

    private void verify(final Packet packet, final long start, final int length) {
        final int skip = start < 0 ? (int) Math.min(-start, length) : 0;
        final int wrong =
                Pattern.mismatch(key, start + skip, packet.frame(), packet.payloadOffset + skip, length - skip);
        tcp.require(wrong < 0, "byte " + (start + skip + wrong) + " towards the guest is not what the host sent");
    }

    /// Joins what touches.
    private void insert(final long start, final long end) {
        long from = start;
        long to = end;
        Map.Entry<Long, Long> before = islands.floorEntry(to);
        while (before != null && before.getValue() >= from) {
            from = Math.min(from, before.getKey());
            to = Math.max(to, before.getValue());
            islands.remove(before.getKey());
            before = islands.floorEntry(to);
        }
        islands.put(from, to);
        latest.addFirst(start);
        if (latest.size() > LATEST) {
            latest.removeLast();
        }
    }

    private void absorb() {
        while (!islands.isEmpty()) {
            final Map.Entry<Long, Long> first = islands.firstEntry();
            if (first.getKey() > next) {
                return;
            }
            next = Math.max(next, first.getValue());
            islands.pollFirstEntry();
        }
    }

    private void delayedAck() {
        isAckScheduled = false;
        if (next > acked && !tcp.isDead()) {
            tcp.acknowledge();
        }
    }

    private void scheduleRead() {
        if (!isReading || isReadScheduled || read == next) {
            return;
        }
        isReadScheduled = true;
        tcp.world().after(options.readIntervalNs, this::readSome);
    }

    private void readSome() {
        isReadScheduled = false;
        if (!isReading || tcp.isDead()) {
            return;
        }
        final long wanted = options.readBytes == 0 ? Long.MAX_VALUE : options.readBytes;
        read += Math.min(wanted, next - read);
        final long grown = read + options.receiveBufferBytes - edge;
        if (grown >= Math.min(options.receiveBufferBytes / 2, 2 * options.mss)
                && !isEnded()
                && forcedWindow < 0
                && edge - next < 2L * options.mss) {
            tcp.acknowledge();
        }
        scheduleRead();
    }
}
