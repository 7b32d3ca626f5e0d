package dev.tailrace.netstack.ip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpErrorsTest {
    private static final int REMOTE = 0xcb00_7105;
    private static final int GATEWAY = 0x0a00_0202;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Counters counters = new Counters();
    private final GuestKernel guest = new GuestKernel(GuestKernel.MTU);
    private final GuestSender sender = new GuestSender();
    private final IpOutput egress = egress();

    private IpOutput egress() {
        final NeighborTable neighbors = new NeighborTable();
        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(GuestSender.GUEST), 0x0200_0000_0001L);
        final VirtualNetwork network = new VirtualNetwork(0x0a00_0200, 24, GuestKernel.MTU, 0, true, true);
        return new IpOutput(guest, network, neighbors, (hi, lo) -> {}, counters, 1);
    }

    private void error(final IngressPacket packet, final int type, final int code, final int mtu, final long nowNs) {
        final int length = packet.transportOffset - packet.ipOffset + packet.transportLength;
        egress.icmpError(type, code, mtu, 0, 0, packet.buffer, packet.ipOffset, length, nowNs);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 519, 520, 521, 1400})
    void shouldQuoteUpTo548Bytes(final int length) {
        final IngressPacket packet = sender.udp(1000, REMOTE, 2000, GuestSender.payload(length, 1));
        final byte[] original = new byte[28 + length];
        packet.buffer.getBytes(packet.ipOffset, original);
        error(packet, 3, 1, 0, 0);
        final GuestPacket answer = guest.takeOne();
        assertEquals(3, answer.type());
        assertEquals(1, answer.code());
        assertEquals(GATEWAY, answer.source());
        assertEquals(GuestSender.GUEST, answer.destination());
        final int quoted = Math.min(548, original.length);
        assertEquals(8 + quoted, answer.payload().length);
        assertArrayEquals(
                Arrays.copyOf(original, quoted), Arrays.copyOfRange(answer.payload(), 8, answer.payload().length));
    }

    @Test
    void shouldLeaveNothingOfTheMessageBefore() {
        final IngressPacket packet = sender.udp(1000, REMOTE, 2000, new byte[20]);
        error(packet, 3, 4, 1400, 0);
        assertEquals(1400, guest.takeOne().number16(6));
        error(packet, 11, 0, 1400, 0);
        final GuestPacket answer = guest.takeOne();
        assertEquals(0, answer.number16(4));
        assertEquals(0, answer.number16(6));
    }

    @Test
    void shouldKeepOffender() {
        final IngressPacket packet = sender.udp(1000, REMOTE, 2000, new byte[20]);
        egress.icmpError(11, 0, 0, 0, IpAddress.ipv4Lo(0xc000_0201), packet.buffer, packet.ipOffset, 48, 0);
        assertEquals(0xc000_0201, guest.takeOne().source());
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 11, 12, 255})
    void shouldNotAnswerErrorWithError(final int type) {
        error(sender.icmp(type, 0, REMOTE, 1, 2, new byte[28]), 3, 1, 0, 0);
        assertTrue(guest.take().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0x0a00_02ff, 0xe000_0001, 0, 0x7f00_0001, 0xf000_0001})
    void shouldNotAnswerAboutAddressOfNoSingleHost(final int address) {
        error(sender.udp(1000, address, 2000, new byte[20]), 3, 1, 0, 0);
        sender.source = address;
        error(sender.udp(1000, REMOTE, 2000, new byte[20]), 3, 1, 0, 0);
        assertTrue(guest.take().isEmpty());
    }

    @Test
    void shouldAnswerFirstFragmentOnly() {
        final IngressPacket packet = sender.udp(1000, REMOTE, 2000, new byte[20]);
        packet.buffer.putByte(packet.ipOffset + 6, (byte) 0x20);
        error(packet, 11, 1, 0, 0);
        assertEquals(1, guest.take().size());
        packet.buffer.putByte(packet.ipOffset + 7, (byte) 1);
        error(packet, 11, 1, 0, 0);
        assertTrue(guest.take().isEmpty());
    }

    @Test
    void shouldIgnoreWhatIsNoPacket() {
        final IngressPacket packet = sender.udp(1000, REMOTE, 2000, new byte[20]);
        for (int length = 0; length < 20; length++) {
            egress.icmpError(3, 1, 0, 0, 0, packet.buffer, packet.ipOffset, length, 0);
        }
        packet.buffer.putByte(packet.ipOffset, (byte) 0x44);
        error(packet, 3, 1, 0, 0);
        packet.buffer.putByte(packet.ipOffset, (byte) 0x65);
        error(packet, 3, 1, 0, 0);
        packet.buffer.putByte(packet.ipOffset, (byte) 0x4f);
        egress.icmpError(3, 1, 0, 0, 0, packet.buffer, packet.ipOffset, 59, 0);
        assertTrue(guest.take().isEmpty());
    }

    @Test
    void shouldLimitRate() {
        final IngressPacket packet = sender.udp(1000, REMOTE, 2000, new byte[20]);
        final long[] clock = {Long.MAX_VALUE - 1000};
        for (int index = 0; index < 1000; index++) {
            error(packet, 3, 1, 0, clock[0]);
        }
        assertEquals(IcmpRate.BURST, guest.take().size());
        assertEquals(1000 - IcmpRate.BURST, counters.get(Counter.DROP_ICMP_RATE));
        clock[0] += SECOND_NS / 10;
        for (int index = 0; index < 1000; index++) {
            error(packet, 3, 1, 0, clock[0]);
        }
        assertEquals(IcmpRate.RATE_PER_SECOND / 10, guest.take().size());
        clock[0] += 100 * SECOND_NS;
        for (int index = 0; index < 1000; index++) {
            error(packet, 3, 1, 0, clock[0]);
        }
        assertEquals(IcmpRate.BURST, guest.take().size());
    }
}
