package dev.tailrace.netstack.ndp;

import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.Icmpv6Flyweight;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.NeighborFlyweight;
import org.jspecify.annotations.Nullable;

/// Takes the guest's neighbour discovery messages, answers those about us, and asks for neighbours. Owned by the stack.
public final class NdpResponder {
    /// Where the options of a router solicitation start (RFC 4861 section 4.1).
    private static final int SOLICITATION_OPTIONS_OFFSET = 8;

    /// Upper half and the next 40 bits of a solicited-node group (RFC 4291 section 2.7.1).
    private static final long SOLICITED_NODE_HI = 0xff02_0000_0000_0000L;

    private static final long SOLICITED_NODE_LO = 0x0000_0001_ff00_0000L;

    private final VirtualNetwork network;
    private final NeighborTable neighbors;
    private final Counters counters;
    private final NdpFrame frame;
    private final @Nullable RouterAdvertiser advertiser;
    private final NeighborFlyweight in = new NeighborFlyweight();
    private final NeighborFlyweight out = new NeighborFlyweight();

    /// @param ipv6 that of `network`
    /// @param hash spreads the times of advertisements
    public NdpResponder(
            final LinkDevice device,
            final VirtualNetwork network,
            final Ipv6Network ipv6,
            final NeighborTable neighbors,
            final TimerQueue timers,
            final Counters counters,
            final KeyedHash hash) {
        this.network = network;
        this.neighbors = neighbors;
        this.counters = counters;
        this.frame = new NdpFrame(device, VirtualNetwork.macOf(network.gateway()), counters);
        this.advertiser =
                network.isBridge() ? null : new RouterAdvertiser(frame, network, ipv6, timers, counters, hash);
        out.wrap(frame.buffer(), NdpFrame.MESSAGE_OFFSET);
    }

    /// Begins to advertise, except on a bridge: guests that are given their addresses want no others.
    public void start(final long nowNs) {
        if (advertiser != null) {
            advertiser.start(nowNs);
        }
    }

    /// Ends to advertise, if it did, and says so.
    public void close() {
        if (advertiser != null) {
            advertiser.withdraw();
        }
    }

    /// Whether an ICMPv6 type is one of neighbour discovery's.
    public static boolean isNdp(final int type) {
        return type >= Icmpv6Flyweight.ROUTER_SOLICITATION && type <= Icmpv6Flyweight.REDIRECT;
    }

    /// Takes one message whose checksum is right. What RFC 4861 calls invalid is dropped in silence.
    public void onMessage(final IngressPacket packet, final int type, final int code, final long nowNs) {
        counters.increment(Counter.NDP_IN);
        final boolean isValid = packet.hopLimit == NdpFrame.HOP_LIMIT && code == 0;
        final boolean isTaken = isValid
                && switch (type) {
                    case Icmpv6Flyweight.ROUTER_SOLICITATION -> onRouterSolicitation(packet);
                    case Icmpv6Flyweight.NEIGHBOR_SOLICITATION -> onNeighborSolicitation(packet);
                    case Icmpv6Flyweight.NEIGHBOR_ADVERTISEMENT -> onNeighborAdvertisement(packet);
                    // There is one router here, and it is we.
                    default -> false;
                };
        if (!isTaken) {
            counters.increment(Counter.DROP_NDP_BAD);
        }
    }

    /// Asks everybody on the link who has an address.
    public void ask(final long hi, final long lo) {
        out.write(0, hi, lo, NeighborFlyweight.SOURCE_LINK_ADDRESS, frame.ourMac());
        final long group = SOLICITED_NODE_LO | (lo & 0xff_ffff);
        frame.sendAsRouter(
                Icmpv6Flyweight.NEIGHBOR_SOLICITATION,
                NeighborFlyweight.LENGTH,
                SOLICITED_NODE_HI,
                group,
                MacAddress.ofIpv6Group(group));
        counters.increment(Counter.NDP_SOLICITATIONS);
    }

    private boolean onRouterSolicitation(final IngressPacket packet) {
        if (packet.transportLength < SOLICITATION_OPTIONS_OFFSET) {
            return false;
        }
        final long mac = linkAddress(packet, SOLICITATION_OPTIONS_OFFSET, NeighborFlyweight.SOURCE_LINK_ADDRESS);
        final boolean isUnspecified = (packet.sourceHi | packet.sourceLo) == 0;
        if (mac == NeighborFlyweight.MALFORMED || (isUnspecified && mac != NeighborFlyweight.ABSENT)) {
            return false;
        }
        learn(packet, mac);
        if (advertiser != null) {
            advertiser.answer(packet.sourceHi, packet.sourceLo, packet.sourceMac);
        }
        return true;
    }

    private boolean onNeighborSolicitation(final IngressPacket packet) {
        in.wrap(packet.buffer, packet.transportOffset);
        if (!in.check(packet.transportLength) || Ipv6Network.isMulticast(in.targetHi())) {
            return false;
        }
        final long mac = linkAddress(packet, NeighborFlyweight.OPTIONS_OFFSET, NeighborFlyweight.SOURCE_LINK_ADDRESS);
        final boolean isProbe = (packet.sourceHi | packet.sourceLo) == 0;
        final boolean isToGroup =
                packet.destinationHi == SOLICITED_NODE_HI && (packet.destinationLo & ~0xff_ffffL) == SOLICITED_NODE_LO;
        if (mac == NeighborFlyweight.MALFORMED || (isProbe && (mac != NeighborFlyweight.ABSENT || !isToGroup))) {
            return false;
        }
        learn(packet, mac);
        if (network.isOurs(in.targetHi(), in.targetLo())) {
            advertise(packet, isProbe);
        }
        return true;
    }

    /// Says that an address is ours: to who asked, or to all when somebody is about to take it (RFC 4861 section
    /// 7.2.4).
    private void advertise(final IngressPacket packet, final boolean isProbe) {
        final long hi = in.targetHi();
        final long lo = in.targetLo();
        final int flags = NeighborFlyweight.OVERRIDE
                | (isProbe ? 0 : NeighborFlyweight.SOLICITED)
                | (network.isNameServer(hi, lo) ? 0 : NeighborFlyweight.ROUTER);
        out.write(flags, hi, lo, NeighborFlyweight.TARGET_LINK_ADDRESS, frame.ourMac());
        frame.send(
                Icmpv6Flyweight.NEIGHBOR_ADVERTISEMENT,
                NeighborFlyweight.LENGTH,
                hi,
                lo,
                isProbe ? NdpFrame.ALL_NODES_HI : packet.sourceHi,
                isProbe ? NdpFrame.ALL_NODES_LO : packet.sourceLo,
                isProbe ? MacAddress.ofIpv6Group(NdpFrame.ALL_NODES_LO) : packet.sourceMac);
        counters.increment(Counter.NDP_ADVERTISEMENTS);
    }

    private boolean onNeighborAdvertisement(final IngressPacket packet) {
        in.wrap(packet.buffer, packet.transportOffset);
        if (!in.check(packet.transportLength)) {
            return false;
        }
        final long hi = in.targetHi();
        final long lo = in.targetLo();
        final boolean isSolicited = (in.flags() & NeighborFlyweight.SOLICITED) != 0;
        final long mac = linkAddress(packet, NeighborFlyweight.OPTIONS_OFFSET, NeighborFlyweight.TARGET_LINK_ADDRESS);
        if (mac == NeighborFlyweight.MALFORMED
                || !Ipv6Network.isUnicast(hi, lo)
                || network.isOurs(hi, lo)
                || (isSolicited && Ipv6Network.isMulticast(packet.destinationHi))) {
            return false;
        }
        final long learned = mac == NeighborFlyweight.ABSENT ? packet.sourceMac : mac;
        if (!isOneHost(learned)) {
            return false;
        }
        neighbors.learn(hi, lo, learned);
        return true;
    }

    /// Learns who sent a solicitation, unless it has no address yet.
    private void learn(final IngressPacket packet, final long mac) {
        if (mac != NeighborFlyweight.ABSENT && isOneHost(mac) && (packet.sourceHi | packet.sourceLo) != 0) {
            neighbors.learn(packet.sourceHi, packet.sourceLo, mac);
        }
    }

    private static long linkAddress(final IngressPacket packet, final int optionsOffset, final int option) {
        return NeighborFlyweight.linkAddress(
                packet.buffer,
                packet.transportOffset + optionsOffset,
                packet.transportOffset + packet.transportLength,
                option);
    }

    private static boolean isOneHost(final long macAddress) {
        return macAddress != 0 && !MacAddress.isMulticast(macAddress);
    }
}
