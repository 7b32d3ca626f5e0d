package dev.tailrace.netstack.ip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class ReassemblyTest {
    private static final int SOURCE = 0x0a000264;
    private static final int DESTINATION = 0xcb00_7105;
    private static final long SEED = 791;
    /// Close to the wrap of the clock; not a constant for the compiler, which would refuse the sums.
    private static final long NOW = Math.subtractExact(Long.MAX_VALUE, 5_000_000_000L);

    /// One fragment: where, how long, whether more follow.
    private record Cut(int offset, int length, boolean more) {}

    private final TimerQueue timers = new TimerQueue();
    private final RecordingErrors egress = new RecordingErrors();
    private final Counters counters = new Counters();
    private int flushes;
    private final Reassembly reassembly = new Reassembly(timers, egress, counters, () -> flushes++);
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final byte[] payload = randomBytes(65_515);

    @Test
    void shouldPutRandomCutsInRandomOrderTogether() {
        final Random random = new Random(SEED);
        for (int round = 0; round < 400; round++) {
            final String where = "seed " + SEED + ", round " + round;
            final int length = 1 + random.nextInt(round % 10 == 0 ? 65_515 : 3000);
            final List<Cut> cuts = cuts(length, random);
            Collections.shuffle(cuts, random);
            for (int index = 0; index < cuts.size(); index++) {
                final boolean done = add(round & 0xffff, cuts.get(index));
                assertEquals(index == cuts.size() - 1, done, where + ", fragment " + index);
            }
            assertWhole(length, where);
        }
        assertEquals(400, counters.get(Counter.DATAGRAMS_REASSEMBLED));
    }

    @Test
    void shouldPutInterleavedDatagramsTogether() {
        final Random random = new Random(SEED);
        for (int id = 0; id < Reassembly.CAPACITY; id++) {
            assertFalse(add(id, new Cut(0, 800, true)));
        }
        for (int id = Reassembly.CAPACITY - 1; id >= 0; id--) {
            assertTrue(add(id, new Cut(800, 100 + random.nextInt(100), false)));
        }
        assertEquals(0, counters.get(Counter.DROP_FRAGMENT_NO_BUFFER));
    }

    @Test
    void shouldTakeTheSmallestFragments() {
        for (int offset = 0; offset < 1600; offset += 8) {
            assertFalse(add(1, new Cut(offset, 8, true)));
        }
        assertTrue(add(1, new Cut(1600, 1, false)));
        assertWhole(1601, "tiny");
    }

    @Test
    void shouldTakeTheLongestDatagramAndNoLonger() {
        assertFalse(add(1, new Cut(0, 65_512, true)));
        assertTrue(add(1, new Cut(65_512, 3, false)));
        assertWhole(65_515, "longest");
        assertFalse(add(2, new Cut(0, 65_512, true)));
        assertFalse(add(2, new Cut(65_512, 4, false)));
        assertFalse(add(2, new Cut(65_528, 8, false)));
        assertEquals(2, counters.get(Counter.DROP_FRAGMENT_BAD));
    }

    @Test
    void shouldRejectADatagramThatOptionsMakeTooLong() {
        assertFalse(addWithOptions(1, new Cut(0, 65_504, true)));
        assertFalse(add(1, new Cut(65_504, 11, false)));
        assertEquals(1, counters.get(Counter.DROP_FRAGMENT_BAD));
        assertEquals(0, counters.get(Counter.DATAGRAMS_REASSEMBLED));
    }

    @Test
    void shouldKeepTheOptionsOfTheFirstFragment() {
        assertFalse(add(1, new Cut(8, 5, false)));
        assertTrue(addWithOptions(1, new Cut(0, 8, true)));
        ip.wrap(reassembly.buffer(), reassembly.ipOffset());
        assertEquals(24, ip.headerLength());
        assertEquals(24 + 13, ip.totalLength());
        assertTrue(ip.isChecksumValid());
    }

    @Test
    void shouldRejectEmptyFragmentsAndBadLengths() {
        assertFalse(add(1, new Cut(0, 0, true)));
        assertFalse(add(1, new Cut(8, 0, false)));
        assertFalse(add(1, new Cut(0, 7, true)));
        assertFalse(add(1, new Cut(0, 12, true)));
        assertEquals(4, counters.get(Counter.DROP_FRAGMENT_BAD));
    }

    @Test
    void shouldGiveUpATeardrop() {
        assertFalse(add(242, new Cut(0, 40, true)));
        assertFalse(add(242, new Cut(24, 4, false)));
        assertEquals(1, counters.get(Counter.DROP_FRAGMENT_OVERLAP));
        assertFalse(add(242, new Cut(40, 4, false)), "the datagram stays given up");
        assertEquals(0, counters.get(Counter.DATAGRAMS_REASSEMBLED));
    }

    @Test
    void shouldGiveUpEveryKindOfOverlap() {
        final Cut[] overlaps = {
            new Cut(8, 24, true),
            new Cut(16, 8, true),
            new Cut(0, 24, true),
            new Cut(24, 16, true),
            new Cut(8, 40, true),
            new Cut(16, 8, false),
        };
        int id = 0;
        for (final Cut overlap : overlaps) {
            id++;
            assertFalse(add(id, new Cut(16, 16, true)));
            assertFalse(add(id, overlap));
            assertEquals(id, counters.get(Counter.DROP_FRAGMENT_OVERLAP), overlap.toString());
        }
    }

    @Test
    void shouldGiveUpWhenTheEndMoves() {
        add(1, new Cut(16, 8, false));
        add(1, new Cut(24, 8, false));
        assertEquals(1, counters.get(Counter.DROP_FRAGMENT_OVERLAP));
        add(2, new Cut(16, 8, false));
        add(2, new Cut(24, 8, true));
        assertEquals(2, counters.get(Counter.DROP_FRAGMENT_OVERLAP));
        add(3, new Cut(64, 8, true));
        add(3, new Cut(16, 8, false));
        assertEquals(3, counters.get(Counter.DROP_FRAGMENT_OVERLAP));
    }

    @Test
    void shouldIgnoreExactDuplicates() {
        assertFalse(add(1, new Cut(16, 16, true)));
        assertFalse(add(1, new Cut(16, 16, true)));
        assertFalse(add(1, new Cut(0, 16, true)));
        assertFalse(add(1, new Cut(0, 16, true)));
        assertFalse(add(1, new Cut(16, 16, true)));
        assertTrue(add(1, new Cut(32, 5, false)));
        assertWhole(37, "duplicates");
        assertEquals(3, counters.get(Counter.DROP_FRAGMENT_DUPLICATE));
    }

    @Test
    void shouldNotTakeTwoFragmentsForADuplicateOfBoth() {
        add(1, new Cut(0, 16, true));
        add(1, new Cut(16, 16, true));
        add(1, new Cut(0, 32, true));
        assertEquals(1, counters.get(Counter.DROP_FRAGMENT_OVERLAP));
    }

    @Test
    void shouldKeepKeysApart() {
        assertFalse(add(1, new Cut(0, 8, true)));
        assertFalse(add(2, new Cut(8, 8, false)));
        assertFalse(offer(1, new Cut(8, 8, false), SOURCE + 1, DESTINATION, IpProtocol.UDP, 20));
        assertFalse(offer(1, new Cut(8, 8, false), SOURCE, DESTINATION + 1, IpProtocol.UDP, 20));
        assertFalse(offer(1, new Cut(8, 8, false), SOURCE, DESTINATION, IpProtocol.ICMP, 20));
        assertTrue(add(1, new Cut(8, 8, false)));
    }

    @Test
    void shouldTellOfATimeoutWhenTheFirstFragmentWasSeen() {
        add(1, new Cut(0, 16, true));
        add(2, new Cut(16, 16, true));
        assertEquals(0, timers.poll(NOW + Reassembly.TIMEOUT_NS - 1));
        assertEquals(2, timers.poll(NOW + Reassembly.TIMEOUT_NS));
        assertEquals(2, counters.get(Counter.DROP_FRAGMENT_TIMEOUT));
        assertEquals(1, egress.errors.size());
        final RecordingErrors.Error error = egress.errors.getFirst();
        assertEquals(11, error.type());
        assertEquals(1, error.code());
        ip.wrap(error.packet(), 0);
        assertTrue(ip.check(36));
        assertTrue(ip.isChecksumValid());
        assertEquals(1, ip.identification());
        assertFalse(add(1, new Cut(16, 8, false)), "the first part is forgotten");
    }

    @Test
    void shouldNotTellOfADatagramGivenUp() {
        add(1, new Cut(0, 16, true));
        add(1, new Cut(8, 16, true));
        assertEquals(1, timers.poll(NOW + Reassembly.TIMEOUT_NS));
        assertEquals(0, egress.errors.size());
        add(1, new Cut(0, 16, true));
        assertTrue(add(1, new Cut(16, 8, false)), "the identification is free again");
    }

    @Test
    void shouldNotTimeOutWhatIsComplete() {
        add(1, new Cut(0, 16, true));
        assertTrue(add(1, new Cut(16, 16, false)));
        assertEquals(0, timers.poll(NOW + 2 * Reassembly.TIMEOUT_NS));
        assertEquals(0, counters.get(Counter.DROP_FRAGMENT_TIMEOUT));
    }

    @Test
    void shouldHoldNoMoreThanThePoolOfAThousandHalfDatagrams() {
        for (int id = 0; id < 1000; id++) {
            assertFalse(offer(id, new Cut(0, 1480, true), SOURCE, DESTINATION, IpProtocol.UDP, 20, NOW + id));
        }
        assertEquals(1000 - Reassembly.CAPACITY, counters.get(Counter.DROP_FRAGMENT_NO_BUFFER));
        assertFalse(add(983, new Cut(1480, 8, false)), "evicted");
        assertTrue(offer(999, new Cut(1480, 8, false), SOURCE, DESTINATION, IpProtocol.UDP, 20, NOW + 1000));
        assertWhole(1488, "the newest is there");
        timers.poll(NOW + 2 * Reassembly.TIMEOUT_NS);
        assertEquals(0, timers.size());
        assertEquals(0, flushes);
    }

    @Test
    void shouldFlushBeforeAPlaceHandedOutIsUsedAnew() {
        for (int id = 0; id < Reassembly.CAPACITY; id++) {
            add(id, new Cut(0, 8, true));
            assertTrue(add(id, new Cut(8, 8, false)));
            assertEquals(0, flushes);
        }
        final UnsafeBuffer last = reassembly.buffer();
        final int checksum = sum(last);
        add(99, new Cut(0, 8, true));
        assertEquals(1, flushes);
        assertEquals(checksum, sum(last), "what was handed out is as it was");
        assertEquals(0, counters.get(Counter.DROP_FRAGMENT_NO_BUFFER));
        assertTrue(add(99, new Cut(8, 8, false)));
    }

    private int sum(final UnsafeBuffer buffer) {
        return InternetChecksum.fold(InternetChecksum.sum(buffer, 0, buffer.capacity(), 0));
    }

    private void assertWhole(final int length, final String where) {
        final UnsafeBuffer buffer = reassembly.buffer();
        ip.wrap(buffer, reassembly.ipOffset());
        assertEquals(20 + length, reassembly.totalLength(), where);
        assertTrue(ip.check(reassembly.totalLength()), where);
        assertEquals(20 + length, ip.totalLength(), where);
        assertTrue(ip.isChecksumValid(), where);
        assertFalse(ip.isFragment(), where);
        assertEquals(SOURCE, ip.source(), where);
        final byte[] got = new byte[length];
        buffer.getBytes(reassembly.ipOffset() + 20, got);
        assertArrayEquals(java.util.Arrays.copyOf(payload, length), got, where);
    }

    private List<Cut> cuts(final int length, final Random random) {
        final List<Cut> cuts = new ArrayList<>();
        int offset = 0;
        while (offset < length) {
            final int bytes = Math.min(8 * (1 + random.nextInt(1 + Math.max(1, length / 40))), length - offset);
            final boolean more = offset + bytes < length;
            cuts.add(new Cut(offset, bytes, more));
            offset += bytes;
        }
        return cuts;
    }

    private boolean add(final int id, final Cut cut) {
        return offer(id, cut, SOURCE, DESTINATION, IpProtocol.UDP, 20);
    }

    private boolean addWithOptions(final int id, final Cut cut) {
        return offer(id, cut, SOURCE, DESTINATION, IpProtocol.UDP, 24);
    }

    private boolean offer(
            final int id,
            final Cut cut,
            final int source,
            final int destination,
            final int protocol,
            final int header) {
        return offer(id, cut, source, destination, protocol, header, NOW);
    }

    private boolean offer(
            final int id,
            final Cut cut,
            final int source,
            final int destination,
            final int protocol,
            final int header,
            final long nowNs) {
        final UnsafeBuffer packet = new UnsafeBuffer(new byte[3 + header + cut.length]);
        final int flags = (cut.more ? Ipv4Flyweight.MORE_FRAGMENTS : 0) | cut.offset >> 3;
        ip.wrap(packet, 3).writeHeader(header + cut.length, id, flags, 64, protocol, source, destination);
        if (header > 20) {
            packet.setMemory(3 + 20, header - 20, (byte) 1);
            ip.versionAndLength(0x40 | header / 4).updateChecksum();
        }
        packet.putBytes(3 + header, payload, Math.min(cut.offset, payload.length - cut.length), cut.length);
        return reassembly.onFragment(packet, new Fragment().ofIpv4(3, ip), nowNs);
    }

    private static byte[] randomBytes(final int length) {
        final byte[] bytes = new byte[length];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }
}
