package dev.tailrace.netstack.stack;

import static dev.tailrace.netstack.testkit.Ipv6Bench.GUEST;
import static dev.tailrace.netstack.testkit.Ipv6Bench.GUEST_MAC;
import static dev.tailrace.netstack.testkit.Ipv6Bench.OUR_MAC;
import static dev.tailrace.netstack.testkit.Ipv6Bench.SERVER;
import static dev.tailrace.netstack.testkit.Ipv6Frames.ICMPV6;
import static dev.tailrace.netstack.testkit.Ipv6Frames.IP;
import static dev.tailrace.netstack.testkit.Ipv6Frames.TCP;
import static dev.tailrace.netstack.testkit.Ipv6Frames.TRANSPORT;
import static dev.tailrace.netstack.testkit.Ipv6Frames.UDP;
import static dev.tailrace.netstack.testkit.Ipv6Frames.address;
import static dev.tailrace.netstack.testkit.Ipv6Frames.bytes;
import static dev.tailrace.netstack.testkit.Ipv6Frames.destination;
import static dev.tailrace.netstack.testkit.Ipv6Frames.frame;
import static dev.tailrace.netstack.testkit.Ipv6Frames.octets;
import static dev.tailrace.netstack.testkit.Ipv6Frames.partial;
import static dev.tailrace.netstack.testkit.Ipv6Frames.pseudoHeader;
import static dev.tailrace.netstack.testkit.Ipv6Frames.source;
import static dev.tailrace.netstack.testkit.Ipv6Frames.summed;
import static dev.tailrace.netstack.testkit.Ipv6Frames.text;
import static dev.tailrace.netstack.testkit.Ipv6Frames.transportSum;
import static dev.tailrace.netstack.testkit.Ipv6Frames.udp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Ipv6Bench;
import dev.tailrace.netstack.testkit.Ipv6Frames;
import dev.tailrace.netstack.testkit.SimHostSockets.Destination;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// IPv6 packets through the whole stack: what passes, what is answered, and what is dropped under which counter.
final class Ipv6PathTest {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final byte[] PAYLOAD = octets(1, 2, 3, 4, 5);

    private final Ipv6Bench bench = new Ipv6Bench();

    private static byte[] packet(final String to, final int nextHeader, final byte[] payload) {
        return frame(OUR_MAC, GUEST_MAC, GUEST, to, nextHeader, 64, payload);
    }

    private static byte[] datagram(final String to, final byte[] payload) {
        return summed(packet(to, UDP, udp(5000, 7, payload)), UDP, 6);
    }

    private static byte[] echo(final String to, final int hopLimit, final byte[] data) {
        final byte[] request = bytes(octets(128, 0, 0, 0, 0x12, 0x34, 0, 9), data);
        return summed(frame(OUR_MAC, GUEST_MAC, GUEST, to, ICMPV6, hopLimit, request), ICMPV6, 2);
    }

    private static byte[] syn(final String to, final int port) {
        final byte[] header = new byte[20];
        final ByteBuffer out = ByteBuffer.wrap(header);
        out.putShort((short) 40_000).putShort((short) port).putInt(1000).putInt(0);
        out.put((byte) 0x50).put((byte) 2).putShort((short) 65_535);
        return partial(packet(to, TCP, header), TRANSPORT, TCP, 16);
    }

    private static byte[] only(final List<byte[]> frames) {
        assertEquals(1, frames.size(), "frames");
        return frames.getFirst();
    }

    private void isDropped(final byte[] frame, final Counter counter) {
        final long before = bench.count(counter);
        assertEquals(List.of(), bench.send(frame), counter.name());
        assertEquals(before + 1, bench.count(counter), counter.name());
    }

    /// The ICMPv6 error that a frame is answered with, checked to quote it.
    private byte[] error(final byte[] frame, final int type, final int code, final int word) {
        final byte[] answer = only(bench.send(frame));
        assertEquals(0xffff, transportSum(answer, TRANSPORT, ICMPV6), "checksum");
        assertEquals(text(frame, IP + 8), destination(answer));
        assertEquals(type, answer[TRANSPORT]);
        assertEquals(code, answer[TRANSPORT + 1]);
        assertEquals(word, ByteBuffer.wrap(answer).getInt(TRANSPORT + 4));
        final int quoted = Math.min(frame.length - IP, 1232);
        assertArrayEquals(
                Arrays.copyOfRange(frame, IP, IP + quoted),
                Arrays.copyOfRange(answer, TRANSPORT + 8, answer.length),
                "quote");
        return answer;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 8, 1000, 1452})
    void shouldCarryDatagramsBothWays(final int length) {
        final byte[] payload = new byte[length];
        new SplittableRandom(length).nextBytes(payload);
        bench.send(datagram(SERVER, payload));
        final byte[] answer = only(bench.after(1_000_000));
        assertEquals(text(address(SERVER), 0), source(answer));
        assertEquals(text(address(GUEST), 0), destination(answer));
        assertEquals(7, ByteBuffer.wrap(answer).getShort(TRANSPORT));
        assertEquals(5000, ByteBuffer.wrap(answer).getShort(TRANSPORT + 2));
        assertEquals(1, answer[0], "the checksum is left open");
        assertEquals(
                pseudoHeader(answer, TRANSPORT, UDP), ByteBuffer.wrap(answer).getShort(TRANSPORT + 6) & 0xffff);
        assertArrayEquals(payload, Arrays.copyOfRange(answer, TRANSPORT + 8, answer.length));
    }

    /// A datagram that does not fit becomes fragments; put together and summed it is what was sent.
    @ParameterizedTest
    @ValueSource(ints = {1453, 1448 * 2, 9000, 65_507})
    void shouldFragmentAndReassemble(final int length) {
        final byte[] payload = new byte[length];
        new SplittableRandom(length).nextBytes(payload);
        final byte[] whole = datagram(SERVER, payload);
        final byte[] transport = Arrays.copyOfRange(whole, TRANSPORT, whole.length);
        for (int at = 0; at < transport.length; at += 1232) {
            final int end = Math.min(transport.length, at + 1232);
            bench.send(fragment(SERVER, at, end < transport.length, 77, Arrays.copyOfRange(transport, at, end)));
        }
        assertEquals(1, bench.count(Counter.DATAGRAMS_REASSEMBLED));
        final List<byte[]> fragments = bench.after(1_000_000);
        final byte[] joined = new byte[8 + length];
        for (final byte[] frame : fragments) {
            assertEquals(FRAGMENT, frame[IP + 6]);
            assertEquals(0, frame[0], "no offload");
            final int field = ByteBuffer.wrap(frame).getShort(TRANSPORT + 2) & 0xffff;
            assertEquals(frame == fragments.getLast() ? 0 : 1, field & 1);
            System.arraycopy(frame, TRANSPORT + 8, joined, field & 0xfff8, frame.length - TRANSPORT - 8);
        }
        assertArrayEquals(payload, Arrays.copyOfRange(joined, 8, joined.length));
        final byte[] answer = frame(GUEST_MAC, OUR_MAC, SERVER, GUEST, UDP, 64, joined);
        assertEquals(0xffff, transportSum(answer, TRANSPORT, UDP), "checksum");
    }

    private static byte[] fragment(
            final String to, final int offset, final boolean more, final int id, final byte[] payload) {
        final byte[] header = ByteBuffer.allocate(8)
                .put((byte) UDP)
                .put((byte) 0)
                .putShort((short) (offset | (more ? 1 : 0)))
                .putInt(id)
                .array();
        return packet(to, FRAGMENT, bytes(header, payload));
    }

    /// RFC 6946: a fragment that is a whole datagram is one.
    @Test
    void shouldTakeAnAtomicFragment() {
        final byte[] whole = datagram(SERVER, PAYLOAD);
        bench.send(fragment(SERVER, 0, false, 5, Arrays.copyOfRange(whole, TRANSPORT, whole.length)));
        assertEquals(0, bench.count(Counter.FRAGMENTS_IN));
        final byte[] answer = only(bench.after(1_000_000));
        assertArrayEquals(PAYLOAD, Arrays.copyOfRange(answer, TRANSPORT + 8, answer.length));
    }

    @Test
    void shouldGiveADatagramUpWhoseFragmentsOverlap() {
        final byte[] whole = datagram(SERVER, new byte[2000]);
        bench.send(fragment(SERVER, 0, true, 5, Arrays.copyOfRange(whole, TRANSPORT, TRANSPORT + 1000)));
        isDropped(
                fragment(SERVER, 992, false, 5, Arrays.copyOfRange(whole, TRANSPORT + 992, whole.length)),
                Counter.DROP_FRAGMENT_OVERLAP);
    }

    @Test
    void shouldTellWhenReassemblyTimesOut() {
        final byte[] first = fragment(SERVER, 0, true, 5, udp(5000, 7, new byte[1000 - 8]));
        bench.send(first);
        final List<byte[]> frames = bench.after(30_000_000_000L).stream()
                .filter(frame -> frame[TRANSPORT] == 3)
                .toList();
        final byte[] answer = only(frames);
        assertEquals(1, answer[TRANSPORT + 1]);
        assertEquals(0xffff, transportSum(answer, TRANSPORT, ICMPV6));
    }

    @Test
    void shouldCutARunOfDatagramsBySegmentationOffload() {
        final byte[] run = new byte[10 * 1000 + 7];
        new SplittableRandom(1).nextBytes(run);
        final byte[] frame = partial(packet(SERVER, UDP, udp(5000, 7, run)), TRANSPORT, UDP, 6);
        frame[1] = 5;
        ByteBuffer.wrap(frame).order(java.nio.ByteOrder.nativeOrder()).putShort(4, (short) 1000);
        bench.send(frame);
        int bytes = 0;
        for (final byte[] answer : bench.after(1_000_000)) {
            bytes += answer.length - TRANSPORT - 8;
        }
        assertEquals(run.length, bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd00::2", "fd00::3", "fe80::2"})
    void shouldAnswerEchoAtOurAddresses(final String to) {
        final byte[] answer = only(bench.send(echo(to, 1, PAYLOAD)));
        assertEquals(text(address(to), 0), source(answer));
        assertEquals(129, answer[TRANSPORT] & 0xff);
        assertEquals(0x1234_0009, ByteBuffer.wrap(answer).getInt(TRANSPORT + 4));
        assertEquals(0xffff, transportSum(answer, TRANSPORT, ICMPV6), "checksum");
        assertArrayEquals(PAYLOAD, Arrays.copyOfRange(answer, TRANSPORT + 8, answer.length));
    }

    @Test
    void shouldTellTheFirstHopOfATraceroute() {
        final byte[] answer = error(echo(SERVER, 1, PAYLOAD), 3, 0, 0);
        assertEquals(text(address("fd00::2"), 0), source(answer));
        final byte[] lastHop = datagram(SERVER, PAYLOAD);
        lastHop[IP + 7] = 1;
        error(lastHop, 3, 0, 0);
    }

    @Test
    void shouldConnectToWhatTheGuestNames() {
        bench.host().otherwise(HostScript.echo());
        bench.send(syn(SERVER, 80));
        bench.send(syn("fd00::2", 81));
        assertEquals(
                List.of(new Destination(Ipv6Frames.hi(SERVER), Ipv6Frames.lo(SERVER), 80), new Destination(0, 1, 81)),
                bench.host().destinations());
    }

    @Test
    void shouldAnswerARefusalByReset() {
        bench.host().failNext(1, HostErrno.ECONNREFUSED);
        final byte[] reset = only(bench.send(syn(SERVER, 80)));
        assertEquals(0x14, reset[TRANSPORT + 13]);
        assertEquals(1001, ByteBuffer.wrap(reset).getInt(TRANSPORT + 8));
        assertEquals(text(address(SERVER), 0), source(reset));
        assertEquals(pseudoHeader(reset, TRANSPORT, TCP), ByteBuffer.wrap(reset).getShort(TRANSPORT + 16) & 0xffff);
    }

    @ParameterizedTest
    @CsvSource({"101, 0", "113, 3", "13, 0"})
    void shouldTellWhyThereIsNoWay(final int errno, final int code) {
        bench.host().failNext(1, errno);
        error(syn(SERVER, 80), 1, code, 0);
    }

    /// Every alias of the host and every address that is not one host's.
    @ParameterizedTest
    @ValueSource(strings = {"fd00::3", "fe80::2", "fe80::9"})
    void shouldNotConnectToWhatIsNoServer(final String to) {
        error(syn(to, 80), 1, 0, 0);
        assertEquals(0, bench.host().attempts());
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "::127.0.0.1", "::5"})
    void shouldDropWhatIsForNobody(final String to) {
        isDropped(syn(to, 80), Counter.DROP_IPV6_DESTINATION);
    }

    /// The platform reads `::ffff:1.2.3.4` as IPv4, so this one is made of bytes.
    @Test
    void shouldNotTakeAMappedAddressForAnIpv4One() {
        final byte[] mapped = octets(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1);
        final byte[] to = syn(SERVER, 80);
        System.arraycopy(mapped, 0, to, IP + 24, 16);
        isDropped(partial(to, TRANSPORT, TCP, 16), Counter.DROP_IPV6_DESTINATION);
        final byte[] from = syn(SERVER, 80);
        System.arraycopy(mapped, 0, from, IP + 8, 16);
        isDropped(partial(from, TRANSPORT, TCP, 16), Counter.DROP_IPV6_SOURCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "ff02::1", "fd00::2", "fd00::3", "fe80::2"})
    void shouldDropSourcesThatAreNotOneGuests(final String from) {
        final byte[] frame = frame(OUR_MAC, GUEST_MAC, from, SERVER, UDP, 64, udp(5000, 7, PAYLOAD));
        isDropped(summed(frame, UDP, 6), Counter.DROP_IPV6_SOURCE);
    }

    @Test
    void shouldDropGroupsButForIcmp() {
        isDropped(datagram("ff02::fb", PAYLOAD), Counter.DROP_IPV6_DESTINATION);
        isDropped(echo("ff02::1", 64, PAYLOAD), Counter.DROP_IPV6_DESTINATION);
    }

    /// A checksum left out is allowed in IPv4 only (RFC 8200 section 8.1).
    @Test
    void shouldDropADatagramWithoutChecksum() {
        isDropped(packet(SERVER, UDP, udp(5000, 7, PAYLOAD)), Counter.DROP_UDP_CHECKSUM);
    }

    @Test
    void shouldDropHeadersThatLie() {
        final byte[] good = datagram(SERVER, PAYLOAD);
        for (int length = 14; length < 40; length++) {
            isDropped(Arrays.copyOf(good, IP + length), Counter.DROP_IPV6_BAD);
        }
        final byte[] longer = good.clone();
        longer[IP + 5]++;
        isDropped(longer, Counter.DROP_IPV6_BAD);
        final byte[] version = good.clone();
        version[IP] = 0x50;
        isDropped(version, Counter.DROP_IPV6_BAD);
        final byte[] noHops = good.clone();
        noHops[IP + 7] = 0;
        isDropped(noHops, Counter.DROP_IPV6_HOP_LIMIT);
    }

    @Test
    void shouldWalkExtensionHeaders() {
        final byte[] transport = Arrays.copyOfRange(datagram(SERVER, PAYLOAD), TRANSPORT, TRANSPORT + 13);
        final byte[] chain = bytes(
                octets(DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0),
                octets(ROUTING, 1, 0, 0x1e, 1, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                octets(UDP, 0, 4, 0, 0, 0, 0, 0));
        bench.send(packet(SERVER, HOP_BY_HOP, bytes(chain, transport)));
        final byte[] answer = only(bench.after(1_000_000));
        assertArrayEquals(PAYLOAD, Arrays.copyOfRange(answer, TRANSPORT + 8, answer.length));
    }

    @Test
    void shouldRefuseExtensionHeadersThatAskForMore() {
        final byte[] rest = new byte[16];
        final byte[] jumbo = octets(UDP, 0, 0xc2, 4, 0, 1, 0, 0);
        error(packet(SERVER, HOP_BY_HOP, bytes(jumbo, rest)), 4, 2, 42);
        final byte[] sourceRoute = octets(UDP, 2, 0, 1, 0, 0, 0, 0);
        error(packet(SERVER, ROUTING, bytes(sourceRoute, address("fd00::2"), rest)), 4, 0, 42);
        final byte[] late = bytes(octets(HOP_BY_HOP, 0, 1, 4, 0, 0, 0, 0), octets(UDP, 0, 1, 4, 0, 0, 0, 0));
        error(packet(SERVER, DESTINATION_OPTIONS, bytes(late, rest)), 4, 1, 40);
        isDropped(
                packet(SERVER, DESTINATION_OPTIONS, bytes(octets(UDP, 0, 0x42, 4, 0, 0, 0, 0), rest)),
                Counter.DROP_IPV6_EXTENSION);
    }

    @Test
    void shouldBoundTheChainOfExtensionHeaders() {
        byte[] chain = new byte[0];
        for (int count = 1; count <= 9; count++) {
            final int next = count == 1 ? UDP : DESTINATION_OPTIONS;
            chain = bytes(octets(next, 0, 1, 4, 0, 0, 0, 0), chain);
            final byte[] transport = Arrays.copyOfRange(datagram(SERVER, PAYLOAD), TRANSPORT, TRANSPORT + 13);
            final byte[] frame = packet(SERVER, DESTINATION_OPTIONS, bytes(chain, transport));
            if (count <= 8) {
                bench.send(frame);
                only(bench.after(1_000_000));
            } else {
                isDropped(frame, Counter.DROP_IPV6_EXTENSION);
            }
        }
        for (int length = 0; length < 8; length++) {
            isDropped(
                    packet(SERVER, DESTINATION_OPTIONS, Arrays.copyOf(octets(UDP, 0, 1, 4), length)),
                    Counter.DROP_IPV6_EXTENSION);
        }
        isDropped(packet(SERVER, DESTINATION_OPTIONS, octets(UDP, 1, 1, 4, 0, 0, 0, 0)), Counter.DROP_IPV6_EXTENSION);
        isDropped(packet(SERVER, DESTINATION_OPTIONS, octets(UDP, 0, 1, 5, 0, 0, 0, 0)), Counter.DROP_IPV6_EXTENSION);
    }

    @Test
    void shouldIgnoreProtocolsItDoesNotKnow() {
        isDropped(packet(SERVER, 59, PAYLOAD), Counter.DROP_IP_PROTOCOL);
        isDropped(packet(SERVER, 132, PAYLOAD), Counter.DROP_IP_PROTOCOL);
        isDropped(packet(SERVER, 1, octets(8, 0, 0xf7, 0xff, 0, 0, 0, 0)), Counter.DROP_IP_PROTOCOL);
    }

    @Test
    void shouldDropAVirtioHeaderThatDoesNotFit() {
        final byte[] ipv4Segments = syn(SERVER, 80);
        ipv4Segments[1] = 1;
        ipv4Segments[4] = 100;
        isDropped(ipv4Segments, Counter.DROP_VNET_HEADER_BAD);
        final byte[] beyond = syn(SERVER, 80);
        ByteBuffer.wrap(beyond).order(java.nio.ByteOrder.nativeOrder()).putShort(8, (short) 19);
        isDropped(beyond, Counter.DROP_VNET_HEADER_BAD);
        final byte[] fragment = fragment(SERVER, 0, true, 1, new byte[16]);
        fragment[0] = 1;
        isDropped(fragment, Counter.DROP_VNET_HEADER_BAD);
    }
}
