package dev.tailrace.netstack.stack;

import static dev.tailrace.netstack.testkit.Ipv6Bench.GUEST;
import static dev.tailrace.netstack.testkit.Ipv6Bench.GUEST_MAC;
import static dev.tailrace.netstack.testkit.Ipv6Bench.OUR_MAC;
import static dev.tailrace.netstack.testkit.Ipv6Bench.SERVER;
import static dev.tailrace.netstack.testkit.Ipv6Frames.TCP;
import static dev.tailrace.netstack.testkit.Ipv6Frames.frame;
import static dev.tailrace.netstack.testkit.Ipv6Frames.octets;
import static dev.tailrace.netstack.testkit.Ipv6Frames.summed;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.testkit.SimHostSockets;
import dev.tailrace.netstack.testkit.SimMemory;
import dev.tailrace.netstack.testkit.SimResolver;
import dev.tailrace.netstack.testkit.SimWorld;
import dev.tailrace.netstack.udp.UdpConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/// What a stack does with its device that others may read too: how much it takes in a turn, and what it passes on.
final class SharedDeviceTest {
    private static final int ACK = 0x10;
    private static final int RST = 0x04;
    private static final int LONG_FRAME = 65_000;
    private static final int SHORT_FRAME = 100;
    private static final int TCP_FLAGS_OFFSET = LinkDevice.VNET_HEADER_LENGTH + 14 + 40 + 13;

    private final Link link = new Link();
    private final Counters counters = new Counters();
    private final NetworkStack stack = new NetworkStack(
            new StackConfig(
                    new VirtualNetwork(0x0a00_0200, 24, 1500, 0, true, true, Ipv6Network.DEFAULT),
                    TcpConfig.DEFAULT,
                    UdpConfig.DEFAULT,
                    false,
                    1,
                    2),
            link,
            new SimHostSockets(new SimWorld("shared-device", 1, 1)),
            new SimResolver(),
            new SimMemory(1 << 20),
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(NetworkStack.MIN_READ_AREA_LENGTH, 64)),
            counters);

    @Test
    void shouldServeTheHostAfterAQuarterOfAMebibyteOfTheGuest() {
        link.endless = new byte[LONG_FRAME];
        stack.doWork(1);
        assertEquals((1 << 18) / LONG_FRAME + 1, link.reads);
    }

    /// A guest's acknowledgement is short, and lets a long frame go out.
    @Test
    void shouldServeTheHostAfterAQuarterOfAMebibyteToTheGuest() {
        link.endless = new byte[SHORT_FRAME];
        link.answerBytes = LONG_FRAME;
        stack.doWork(1);
        assertEquals((1 << 18) / LONG_FRAME + 1, link.reads);
    }

    @Test
    void shouldTakeManyShortFramesInATurn() {
        link.endless = new byte[SHORT_FRAME];
        stack.doWork(1);
        assertEquals(256, link.reads);
    }

    @Test
    void shouldGoOnAfterAFrameThatWasPassedOnBelow() {
        link.frames.add(new byte[0]);
        link.frames.add(new byte[SHORT_FRAME]);
        stack.doWork(1);
        assertEquals(1, counters.get(Counter.FRAMES_IN));
    }

    @Test
    void shouldPassOnASegmentOfAConnectionThatItDoesNotHave() {
        final byte[] segment = segment(ACK);
        link.takes = true;
        link.frames.add(segment);
        stack.doWork(1);
        assertArrayEquals(segment, link.passedOn.getFirst());
        assertEquals(List.of(), link.sent);
        assertEquals(0, counters.get(Counter.DROP_TCP_NO_FLOW));
    }

    @Test
    void shouldPassOnResetsToo() {
        link.takes = true;
        link.frames.add(segment(RST));
        stack.doWork(1);
        assertEquals(1, link.passedOn.size());
    }

    @Test
    void shouldResetWhenNobodyElseMayHaveIt() {
        link.frames.add(segment(ACK));
        stack.doWork(1);
        assertEquals(1, link.sent.size());
        assertEquals(RST, link.sent.getFirst()[TCP_FLAGS_OFFSET]);
        assertEquals(1, counters.get(Counter.DROP_TCP_NO_FLOW));
    }

    @Test
    void shouldNotAdvertiseARouterBesideTheFirst() {
        for (long nowNs = 1; nowNs < 60_000_000_000L; nowNs += 100_000_000L) {
            stack.doWork(nowNs);
        }
        stack.close(60_000_000_000L);
        assertEquals(List.of(), link.sent);
    }

    private static byte[] segment(final int flags) {
        final byte[] tcp = octets(0x12, 0x34, 0, 80, 0, 0, 0, 9, 0, 0, 0, 7, 0x50, flags, 4, 0, 0, 0, 0, 0);
        return summed(frame(OUR_MAC, GUEST_MAC, GUEST, SERVER, TCP, 64, tcp), TCP, 16);
    }

    /// Frames to receive, of which one without length stands for one that was passed on below; and what was sent.
    private final class Link implements LinkDevice {
        private final Queue<byte[]> frames = new ArrayDeque<>();
        private final List<byte[]> sent = new ArrayList<>();
        private final List<byte[]> passedOn = new ArrayList<>();
        private byte[] endless = {};
        private boolean takes;
        private int reads;
        private int answerBytes;

        @Override
        public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
            final byte[] next = endless.length > 0 ? endless : frames.poll();
            if (next == null) {
                return DRAINED;
            }
            reads++;
            counters.add(Counter.BYTES_OUT, answerBytes);
            buffer.putBytes(offset, next);
            return next.length == 0 ? PASSED_ON : next.length;
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
            sent.add(join(headers, headersOffset, headersLength, payload, firstOffset, firstLength));
            return true;
        }

        @Override
        public boolean passOn(
                final DirectBuffer headers,
                final int headersOffset,
                final int headersLength,
                final DirectBuffer packet,
                final int offset,
                final int length) {
            if (takes) {
                passedOn.add(join(headers, headersOffset, headersLength, packet, offset, length));
            }
            return takes;
        }

        @Override
        public boolean udpSegmentation() {
            return true;
        }

        private static byte[] join(
                final DirectBuffer first,
                final int firstOffset,
                final int firstLength,
                final DirectBuffer second,
                final int secondOffset,
                final int secondLength) {
            final byte[] whole = new byte[firstLength + secondLength];
            first.getBytes(firstOffset, whole, 0, firstLength);
            if (secondLength > 0) {
                second.getBytes(secondOffset, whole, firstLength, secondLength);
            }
            return whole;
        }
    }
}
