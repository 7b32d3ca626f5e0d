package dev.tailrace.netstack.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.hostile.Frames;
import dev.tailrace.netstack.hostile.Raw;
import dev.tailrace.netstack.ip.BridgeAddresses;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.LinkKind;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Ipv6Bench;
import dev.tailrace.netstack.testkit.Ipv6Frames;
import dev.tailrace.netstack.testkit.SimHostSockets.Destination;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Several guests behind one link: who is who, and what is none of our business.
final class BridgeLinkTest {
    private static final int GATEWAY = 0xac11_0001;
    private static final int NAME_SERVER = 0xac11_fffe;
    private static final int ALICE = 0xac11_0002;
    private static final int BOB = 0xac11_0003;
    private static final long OUR_MAC = 0x5255_ac11_0001L;
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final long MAC_PREFIX = 0x0242_0000_0000L;
    private static final int PORT = 80;
    private static final byte[] NO_OPTIONS = {};

    private final Ipv6Bench bench = new Ipv6Bench(
            new VirtualNetwork(0xac11_0000, 16, 1500, 0, true, true, Ipv6Network.DEFAULT, LinkKind.BRIDGE));

    private static long macOf(final int guest) {
        return MAC_PREFIX | (guest & 0xffff_ffffL);
    }

    /// A frame of `guest` in place of the one guest that [Frames] knows.
    private static byte[] from(final int guest, final long destinationMac, final byte[] frame) {
        Raw.put48(frame, Raw.ETHERNET, destinationMac);
        Raw.put48(frame, Raw.ETHERNET + 6, macOf(guest));
        Raw.put32(frame, Raw.IP + 12, guest);
        return Raw.fix(frame);
    }

    private static byte[] syn(final int guest, final int destination, final long mac) {
        return from(guest, mac, Frames.tcp(40_000, destination, PORT, Frames.SYN, 1000, 0, NO_OPTIONS));
    }

    private static byte[] arp(final int guest, final int target) {
        final byte[] frame = Frames.arp(1, guest, target);
        Raw.put48(frame, Raw.ETHERNET + 6, macOf(guest));
        return Raw.put48(frame, Raw.IP + 8, macOf(guest));
    }

    private static long destinationMac(final byte[] frame) {
        return (long) Raw.u16(frame, Raw.ETHERNET) << 32 | Raw.i32(frame, Raw.ETHERNET + 2) & 0xffff_ffffL;
    }

    private static int flags(final byte[] frame) {
        return Raw.u8(frame, Raw.TRANSPORT + 13);
    }

    private void isIgnored(final byte[] frame, final Counter counter) {
        final long before = bench.count(counter);
        assertEquals(List.of(), bench.send(frame));
        assertEquals(List.of(), bench.after(10_000_000));
        assertEquals(before + 1, bench.count(counter), counter.name());
        assertEquals(0, bench.host().attempts(), "connections of the host");
    }

    @Test
    void shouldBeTheGatewayAndTheNameServerAndNobodyElse() {
        for (final int address : new int[] {GATEWAY, NAME_SERVER}) {
            final byte[] answer = bench.send(arp(ALICE, address)).getFirst();
            assertEquals(macOf(ALICE), destinationMac(answer));
            assertEquals(address, Raw.i32(answer, Raw.IP + 14));
        }
        for (final int address : new int[] {BOB, 0xac11_0000, 0xac11_ffff, 0xac11_0064}) {
            assertEquals(List.of(), bench.send(arp(ALICE, address)));
        }
    }

    /// What a bridge floods because it has forgotten the port of a guest.
    @Test
    void shouldLeaveAloneWhatGuestsSayToEachOther() {
        isIgnored(syn(ALICE, BOB, macOf(BOB)), Counter.DROP_ETHERNET_OTHER);
        isIgnored(syn(ALICE, Frames.SERVER, macOf(BOB)), Counter.DROP_ETHERNET_OTHER);
    }

    /// The host may have a network of the same addresses: it is not what a guest means.
    @Test
    void shouldNotSeekAGuestBeyondTheHost() {
        isIgnored(syn(ALICE, BOB, OUR_MAC), Counter.DROP_IPV4_DESTINATION);
        isIgnored(from(ALICE, OUR_MAC, Frames.udp(5000, BOB, 7, (byte) 1)), Counter.DROP_UDP_DENIED);
        isIgnored(from(ALICE, OUR_MAC, Frames.echo(BOB, 1, 1)), Counter.DROP_IPV4_DESTINATION);
    }

    @Test
    void shouldConnectToTheHostItself() {
        bench.send(syn(ALICE, GATEWAY, OUR_MAC));
        assertEquals(Frames.SYN | Frames.ACK, flags(bench.after(10_000_000).getFirst()));
        assertEquals(
                List.of(new Destination(IpAddress.IPV4_HI, IpAddress.ipv4Lo(0x7f00_0001), PORT)),
                bench.host().destinations());
    }

    @Test
    void shouldTakeSourcesOfTheSubnetOnly() {
        isIgnored(from(0x0a00_0264, OUR_MAC, Frames.echo(GATEWAY, 1, 1)), Counter.DROP_IPV4_SOURCE);
        isIgnored(from(GATEWAY, OUR_MAC, Frames.echo(GATEWAY, 1, 1)), Counter.DROP_IPV4_SOURCE);
        assertEquals(
                1,
                bench.send(from(0xac11_fe07, OUR_MAC, Frames.echo(GATEWAY, 1, 1)))
                        .size());
    }

    @Test
    void shouldGiveNoAddresses() {
        final byte[] discover = Frames.dhcp(macOf(ALICE), (byte) 53, (byte) 1, (byte) 1, (byte) -1);
        isIgnored(Raw.put48(discover, Raw.ETHERNET, BROADCAST), Counter.DROP_IPV4_SOURCE);
        final byte[] solicitation = Ipv6Frames.octets(133, 0, 0, 0, 0, 0, 0, 0);
        assertEquals(
                List.of(),
                bench.send(Ipv6Frames.summed(
                        Ipv6Frames.frame(
                                0x3333_0000_0002L,
                                macOf(ALICE),
                                "fe80::7",
                                "ff02::2",
                                Ipv6Frames.ICMPV6,
                                255,
                                solicitation),
                        Ipv6Frames.ICMPV6,
                        2)));
        assertTrue(bench.isSilentAtFirst());
        assertEquals(List.of(), bench.after(60_000_000_000L));
        assertEquals(0, bench.count(Counter.NDP_ROUTER_ADVERTISEMENTS));
    }

    @Test
    void shouldAnswerEachGuestAtItsOwnEthernetAddress() {
        for (final int guest : new int[] {ALICE, BOB, ALICE}) {
            bench.send(from(guest, OUR_MAC, Frames.udp(5000, Frames.SERVER, 7, (byte) guest)));
            final byte[] echoed = bench.after(10_000_000).getFirst();
            assertEquals(macOf(guest), destinationMac(echoed));
            assertEquals(guest, Raw.i32(echoed, Raw.IP + 16));
        }
        for (final int guest : new int[] {ALICE, BOB}) {
            bench.send(syn(guest, Frames.SERVER, OUR_MAC));
            final byte[] accepted = bench.after(10_000_000).getFirst();
            assertEquals(Frames.SYN | Frames.ACK, flags(accepted));
            assertEquals(macOf(guest), destinationMac(accepted));
        }
        assertEquals(2, bench.stack().tcpFlowCount());
    }

    @Test
    void shouldBringClientsToTheGuestOfTheirPort() {
        publish(8080, ALICE);
        publish(8081, BOB);
        final int client = 0xc633_6409;
        for (final int guest : new int[] {BOB, ALICE}) {
            bench.host().client(guest == ALICE ? 8080 : 8081, client, 50_000, HostScript.sink());
            final byte[] question = bench.after(0).getFirst();
            assertEquals(BROADCAST, destinationMac(question));
            assertEquals(guest, Raw.i32(question, Raw.IP + 24), "who is asked for");
            final byte[] answer = Frames.arp(2, guest, GATEWAY);
            Raw.put48(answer, Raw.ETHERNET, OUR_MAC);
            Raw.put48(answer, Raw.IP + 8, macOf(guest));
            bench.send(answer);
            final byte[] syn = bench.after(1_000_000_000L).stream()
                    .filter(frame -> destinationMac(frame) == macOf(guest))
                    .findFirst()
                    .orElseThrow();
            assertEquals(guest, Raw.i32(syn, Raw.IP + 16));
            assertEquals(client, Raw.i32(syn, Raw.IP + 12), "the client's own address");
            assertEquals(Frames.SYN, flags(syn));
            assertEquals(PORT, Raw.u16(syn, Raw.TRANSPORT + 2));
        }
    }

    @Test
    void shouldForgetOneGuestAndNoOther() {
        for (final int guest : new int[] {ALICE, BOB}) {
            bench.send(syn(guest, Frames.SERVER, OUR_MAC));
            bench.send(from(guest, OUR_MAC, Frames.udp(5000, Frames.SERVER, 7, (byte) 1)));
            bench.send(from(guest, OUR_MAC, Frames.echo(Frames.SERVER, 1, 1)));
            bench.after(10_000_000);
        }
        final int open = bench.host().openStreams();
        bench.stack().forget(IpAddress.IPV4_HI, IpAddress.ipv4Lo(ALICE), bench.nowNs());
        final List<byte[]> sent = bench.sent();
        assertEquals(1, sent.size());
        assertEquals(macOf(ALICE), destinationMac(sent.getFirst()));
        assertEquals(Frames.RST, flags(sent.getFirst()) & Frames.RST);
        assertEquals(1, bench.stack().tcpFlowCount());
        assertEquals(1, bench.stack().udpFlowCount());
        assertEquals(1, bench.stack().echoFlowCount());
        assertEquals(open - 1, bench.host().openStreams());
        bench.send(from(BOB, OUR_MAC, Frames.tcp(40_000, Frames.SERVER, PORT, Frames.ACK, 1001, 0, NO_OPTIONS)));
        assertFalse(bench.stack().flows().isEmpty());
    }

    /// A network whose addresses somebody has chosen, and that leads nowhere.
    @Test
    void shouldBeWhereItWasPutAndLeadNowhere() {
        final int gateway = 0xac11_0505;
        final int nameServer = 0xac11_0506;
        final Ipv6Bench inner = new Ipv6Bench(new VirtualNetwork(
                0xac11_0000,
                16,
                1500,
                0,
                false,
                true,
                Ipv6Network.DEFAULT,
                LinkKind.BRIDGE,
                new BridgeAddresses(gateway, nameServer, true)));
        for (final int address : new int[] {gateway, nameServer}) {
            assertEquals(1, inner.send(arp(ALICE, address)).size());
            final long mac = VirtualNetwork.macOf(address);
            assertEquals(
                    1, inner.send(from(ALICE, mac, Frames.echo(address, 1, 1))).size());
        }
        assertEquals(List.of(), inner.send(arp(ALICE, GATEWAY)));
        assertEquals(List.of(), inner.send(arp(ALICE, NAME_SERVER)));
        final long mac = VirtualNetwork.macOf(gateway);
        inner.send(syn(ALICE, Frames.SERVER, mac));
        inner.send(syn(ALICE, gateway, mac));
        inner.send(from(ALICE, mac, Frames.udp(5000, Frames.SERVER, 7, (byte) 1)));
        inner.send(from(ALICE, mac, Frames.udp(5000, gateway, 7, (byte) 1)));
        inner.send(from(ALICE, mac, Frames.echo(Frames.SERVER, 1, 1)));
        inner.after(10_000_000);
        assertEquals(0, inner.host().attempts(), "connections of the host");
        assertEquals(0, inner.stack().udpFlowCount());
        assertEquals(0, inner.stack().echoFlowCount());
        assertEquals(0, inner.stack().tcpFlowCount());
    }

    private void publish(final int port, final int guest) {
        bench.stack()
                .forwards()
                .add(
                        PortForward.Protocol.TCP,
                        IpAddress.IPV4_HI,
                        IpAddress.ipv4Lo(0),
                        port,
                        IpAddress.IPV4_HI,
                        IpAddress.ipv4Lo(guest),
                        PORT);
    }
}
