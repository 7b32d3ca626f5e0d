package dev.tailrace.netstack.ndp;

import static dev.tailrace.netstack.testkit.Ipv6Bench.GUEST;
import static dev.tailrace.netstack.testkit.Ipv6Bench.GUEST_MAC;
import static dev.tailrace.netstack.testkit.Ipv6Bench.OUR_MAC;
import static dev.tailrace.netstack.testkit.Ipv6Frames.ICMPV6;
import static dev.tailrace.netstack.testkit.Ipv6Frames.IP;
import static dev.tailrace.netstack.testkit.Ipv6Frames.TRANSPORT;
import static dev.tailrace.netstack.testkit.Ipv6Frames.VNET;
import static dev.tailrace.netstack.testkit.Ipv6Frames.address;
import static dev.tailrace.netstack.testkit.Ipv6Frames.bytes;
import static dev.tailrace.netstack.testkit.Ipv6Frames.destination;
import static dev.tailrace.netstack.testkit.Ipv6Frames.frame;
import static dev.tailrace.netstack.testkit.Ipv6Frames.octets;
import static dev.tailrace.netstack.testkit.Ipv6Frames.source;
import static dev.tailrace.netstack.testkit.Ipv6Frames.summed;
import static dev.tailrace.netstack.testkit.Ipv6Frames.text;
import static dev.tailrace.netstack.testkit.Ipv6Frames.transportSum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Ipv6Bench;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NdpResponderTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final byte[] GUEST_LINK = octets(1, 1, 0x02, 0x42, 0x0a, 0, 2, 0x64);
    private static final String ALL_NODES = "ff02:0:0:0:0:0:0:1";

    private final Ipv6Bench bench = new Ipv6Bench();

    private static byte[] message(final int type, final String target, final byte[] options) {
        return bytes(octets(type, 0, 0, 0, 0, 0, 0, 0), target.isEmpty() ? new byte[0] : address(target), options);
    }

    private static byte[] packet(final String from, final String to, final int hopLimit, final byte[] message) {
        return summed(frame(OUR_MAC, GUEST_MAC, from, to, ICMPV6, hopLimit, message), ICMPV6, 2);
    }

    private static byte[] solicitation(final String from, final String target, final byte[] options) {
        final byte[] bytes = address(target);
        final String group = "ff02::1:ff%02x:%02x%02x".formatted(bytes[13], bytes[14], bytes[15]);
        return packet(from, group, 255, message(135, target, options));
    }

    private static byte[] only(final List<byte[]> frames) {
        assertEquals(1, frames.size(), "frames");
        assertEquals(0xffff, transportSum(frames.getFirst(), TRANSPORT, ICMPV6), "checksum");
        return frames.getFirst();
    }

    @ParameterizedTest
    @CsvSource({"fd00::2, 0xe0000000", "fd00::3, 0x60000000", "fe80::2, 0xe0000000"})
    void shouldAnswerForOurAddresses(final String target, final long flags) {
        final byte[] answer = only(bench.send(solicitation(GUEST, target, GUEST_LINK)));
        assertEquals(GUEST_MAC, mac(answer, VNET));
        assertEquals(OUR_MAC, mac(answer, VNET + 6));
        assertEquals(text(address(target), 0), source(answer));
        assertEquals(text(address(GUEST), 0), destination(answer));
        assertEquals(255, answer[IP + 7] & 0xff);
        assertEquals(136, answer[TRANSPORT] & 0xff);
        assertEquals((int) flags, ByteBuffer.wrap(answer).getInt(TRANSPORT + 4));
        assertEquals(text(address(target), 0), text(answer, TRANSPORT + 8));
        assertEquals(0x0201, ByteBuffer.wrap(answer).getShort(TRANSPORT + 24));
        assertEquals(OUR_MAC, mac(answer, TRANSPORT + 26));
        assertEquals(TRANSPORT + 32, answer.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::4", "fd00::64", "fe80::42:aff:fe00:264", "2001:db8::7"})
    void shouldNotAnswerForOthers(final String target) {
        assertEquals(List.of(), bench.send(solicitation("fd00::65", target, GUEST_LINK)));
        assertEquals(List.of(), bench.send(solicitation("::", target, new byte[0])));
        assertEquals(0, bench.count(Counter.DROP_NDP_BAD));
    }

    /// case 22: a guest that probes an address of its own must not be told that it is taken.
    @Test
    void shouldTellAGuestThatProbesForOurAddress() {
        final byte[] answer = only(bench.send(solicitation("::", "fd00::2", new byte[0])));
        assertEquals(ALL_NODES, destination(answer));
        assertEquals(0x3333_0000_0001L, mac(answer, VNET));
        assertEquals(0xa000_0000, ByteBuffer.wrap(answer).getInt(TRANSPORT + 4));
    }

    @Test
    void shouldNotAnswerForTheNameServerWhenThereIsNone() {
        final Ipv6Bench without =
                new Ipv6Bench(new VirtualNetwork(0x0a00_0200, 24, 1500, 0, true, false, Ipv6Network.DEFAULT));
        assertEquals(List.of(), without.send(solicitation(GUEST, "fd00::3", GUEST_LINK)));
    }

    @Test
    void shouldDropWhatIsInvalid() {
        final byte[] good = message(135, "fd00::2", GUEST_LINK);
        final byte[] code = good.clone();
        code[1] = 1;
        final List<byte[]> bad = List.of(
                packet(GUEST, "ff02::1:ff00:2", 254, good),
                packet(GUEST, "ff02::1:ff00:2", 255, code),
                packet(GUEST, "ff02::1:ff00:2", 255, message(135, "ff02::1", GUEST_LINK)),
                packet(GUEST, "ff02::1:ff00:2", 255, message(135, "fd00::2", octets(1, 0, 1, 2, 3, 4, 5, 6))),
                packet(GUEST, "ff02::1:ff00:2", 255, message(135, "fd00::2", octets(1, 2, 1, 2, 3, 4, 5, 6))),
                packet(GUEST, "ff02::1:ff00:2", 255, message(135, "fd00::2", octets(1))),
                packet("::", "ff02::1:ff00:2", 255, good),
                packet("::", "fd00::2", 255, message(135, "fd00::2", new byte[0])),
                packet(GUEST, "fd00::2", 255, message(135, "", new byte[12])),
                packet("fe80::9", ALL_NODES, 255, message(134, "", new byte[8])),
                packet("fe80::9", GUEST, 255, message(137, "fd00::2", address("fd00::9"))));
        for (int index = 0; index < bad.size(); index++) {
            assertEquals(List.of(), bench.send(bad.get(index)), "message " + index);
            assertEquals(index + 1, bench.count(Counter.DROP_NDP_BAD), "message " + index);
        }
    }

    @Test
    void shouldDropWhatHasAWrongChecksum() {
        final byte[] wrong = solicitation(GUEST, "fd00::2", GUEST_LINK);
        wrong[TRANSPORT + 3] ^= 1;
        assertEquals(List.of(), bench.send(wrong));
        assertEquals(1, bench.count(Counter.DROP_ICMP_CHECKSUM));
    }

    @Test
    void shouldLetNobodyTakeOurAddressesOver() {
        final byte[] options = octets(2, 1, 6, 6, 6, 6, 6, 6);
        bench.send(packet("fd00::66", ALL_NODES, 255, message(136, "fd00::2", options)));
        assertEquals(1, bench.count(Counter.DROP_NDP_BAD));
        final byte[] echo = packet(GUEST, "fd00::2", 64, bytes(octets(128, 0, 0, 0, 0, 1, 0, 1), new byte[8]));
        assertEquals(129, only(bench.send(echo))[TRANSPORT] & 0xff);
    }

    @Test
    void shouldAdvertiseWhatAGuestNeeds() {
        final byte[] advertisement = only(bench.send(packet("fe80::64", "ff02::2", 255, message(133, "", GUEST_LINK))));
        assertEquals(text(address("fe80::2"), 0), source(advertisement));
        assertEquals(text(address("fe80::64"), 0), destination(advertisement));
        assertEquals(GUEST_MAC, mac(advertisement, VNET));
        final ByteBuffer in = ByteBuffer.wrap(advertisement).position(TRANSPORT);
        assertEquals(134, in.get() & 0xff);
        in.position(TRANSPORT + 4);
        assertEquals(64, in.get());
        assertEquals(0, in.get(), "no DHCPv6");
        assertEquals(1800, in.getShort());
        assertEquals(0L, in.getLong());
        assertEquals(0x0101_5255_0a00_0202L, in.getLong());
        assertEquals(0x0501_0000_0000_0000L | 1500, in.getLong());
        assertEquals(0x0304_40c0, in.getInt());
        assertEquals(86_400, in.getInt());
        assertEquals(14_400, in.getInt());
        assertEquals(0, in.getInt());
        assertEquals(0xfd00_0000_0000_0000L, in.getLong());
        assertEquals(0, in.getLong());
        assertEquals(0x1903_0000, in.getInt());
        assertEquals(1800, in.getInt());
        assertEquals(0xfd00_0000_0000_0000L, in.getLong());
        assertEquals(3, in.getLong());
        assertEquals(0, in.remaining());
    }

    @Test
    void shouldAnswerAGuestWithoutAnAddressToAll() {
        final byte[] advertisement = only(bench.send(packet("::", "ff02::2", 255, message(133, "", new byte[0]))));
        assertEquals(ALL_NODES, destination(advertisement));
        assertEquals(0x3333_0000_0001L, mac(advertisement, VNET));
    }

    /// case 23: the first when a guest that is up has had the time to get an address; then as RFC 4861 section
    /// 6.2.4 has it.
    @Test
    void shouldAdvertiseUnasked() {
        assertTrue(bench.isSilentAtFirst());
        assertEquals(1, bench.count(Counter.NDP_ROUTER_ADVERTISEMENTS));
        only(bench.after(16 * SECOND_NS));
        only(bench.after(16 * SECOND_NS));
        long last = 0;
        boolean differs = false;
        for (int index = 0; index < 20; index++) {
            final long before = bench.nowNs();
            final long waitNs = bench.stack().nextDeadlineNs() - before;
            assertEquals(List.of(), bench.after(waitNs - 1));
            only(bench.after(1));
            if (index > 0) {
                assertTrue(waitNs >= 200 * SECOND_NS && waitNs <= 600 * SECOND_NS, "interval " + waitNs);
                differs |= last != 0 && waitNs != last;
                last = waitNs;
            }
        }
        assertTrue(differs, "every interval is the same");
    }

    @Test
    void shouldWithdrawTheRouterAtTheEnd() {
        bench.stack().close(bench.nowNs());
        final byte[] last = only(bench.sent());
        assertEquals(134, last[TRANSPORT] & 0xff);
        assertEquals(0, ByteBuffer.wrap(last).getShort(TRANSPORT + 6), "lifetime");
    }

    @Test
    void shouldDropIpv6WhereItIsOff() {
        final Ipv6Bench off = new Ipv6Bench(new VirtualNetwork(0x0a00_0200, 24, 1500, 0, true, true));
        assertEquals(List.of(), off.send(solicitation(GUEST, "fd00::2", GUEST_LINK)));
        assertEquals(1, off.count(Counter.DROP_IPV6_UNSUPPORTED));
        assertEquals(0, off.count(Counter.NDP_ROUTER_ADVERTISEMENTS));
    }

    private static long mac(final byte[] frame, final int at) {
        return ByteBuffer.wrap(frame).getLong(at - 2) & 0xffff_ffff_ffffL;
    }
}
