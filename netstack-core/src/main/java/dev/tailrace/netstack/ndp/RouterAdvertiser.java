package dev.tailrace.netstack.ndp;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.timer.Timer;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.Icmpv6Flyweight;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.NeighborFlyweight;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/// Advertises the router, the prefix, the MTU and the name server (RFC 4861 section 4.2, RFC 8106 section 5.1).
///
/// ```
///   0           4           8              16                24       32          64            88
///   | ICMPv6    | hop limit | reachable,   | source Ethernet | MTU 8  | prefix 32 | RDNSS 24    |
///   | head      | lifetime  | retransmit   | address 8       |        |           | if any      |
/// ```
///
/// Three times soon after the start, since a guest may have come before us; then at random intervals. Not at once:
/// Linux takes a route from an advertisement before it has an address that is known to be unique (RFC 4862 section
/// 5.4), and a connection begun in between goes out from ::1 for ever. A guest that is ready asks (RFC 4861 section
/// 6.3.7).
final class RouterAdvertiser extends Timer {
    /// How long the guest may use us as its default router, in seconds.
    static final int ROUTER_LIFETIME_S = 1800;

    /// More than a guest takes to be sure of its link-local address: up to one second until it probes, and one more.
    static final long FIRST_DELAY_NS = 3_000_000_000L;

    /// Interval of the first advertisements (RFC 4861 section 10).
    static final long INITIAL_INTERVAL_NS = 16_000_000_000L;

    static final int INITIAL_ADVERTISEMENTS = 3;

    /// Bounds of the random interval afterwards (MinRtrAdvInterval, MaxRtrAdvInterval).
    static final long MIN_INTERVAL_NS = 200_000_000_000L;

    static final long MAX_INTERVAL_NS = 600_000_000_000L;

    private static final int HOP_LIMIT = 64;
    private static final int PREFIX_VALID_S = 86_400;
    private static final int PREFIX_PREFERRED_S = 14_400;
    private static final int ON_LINK_AND_AUTONOMOUS = 0xc0;

    private static final int OPTION_PREFIX = 3;
    private static final int OPTION_MTU = 5;
    private static final int OPTION_RDNSS = 25;

    private static final int LIFETIME_OFFSET = NdpFrame.MESSAGE_OFFSET + 6;
    private static final int OPTIONS_OFFSET = NdpFrame.MESSAGE_OFFSET + 16;

    private final NdpFrame frame;
    private final TimerQueue timers;
    private final Counters counters;
    private final KeyedHash hash;
    private final VirtualNetwork network;
    private final Ipv6Network ipv6;
    private int sent;

    RouterAdvertiser(
            final NdpFrame frame,
            final VirtualNetwork network,
            final Ipv6Network ipv6,
            final TimerQueue timers,
            final Counters counters,
            final KeyedHash hash) {
        this.frame = frame;
        this.network = network;
        this.ipv6 = ipv6;
        this.timers = timers;
        this.counters = counters;
        this.hash = hash;
    }

    /// Begins.
    void start(final long nowNs) {
        timers.arm(this, nowNs + FIRST_DELAY_NS);
    }

    /// Advertises to all now, and sets the time of the next.
    @Override
    public void onTimeout(final long nowNs) {
        toAll(ROUTER_LIFETIME_S);
        timers.arm(this, nowNs + intervalNs());
    }

    /// Answers a solicitation: to who asked, or to all when it has no address yet.
    void answer(final long hi, final long lo, final long mac) {
        if ((hi | lo) == 0) {
            toAll(ROUTER_LIFETIME_S);
        } else {
            send(ROUTER_LIFETIME_S, hi, lo, mac);
        }
    }

    /// Tells all that we route no more (RFC 4861 section 6.2.5).
    void withdraw() {
        timers.remove(this);
        toAll(0);
    }

    private void toAll(final int lifetimeSeconds) {
        send(
                lifetimeSeconds,
                NdpFrame.ALL_NODES_HI,
                NdpFrame.ALL_NODES_LO,
                MacAddress.ofIpv6Group(NdpFrame.ALL_NODES_LO));
        sent++;
    }

    private void send(final int lifetimeSeconds, final long hi, final long lo, final long mac) {
        final int length = write(lifetimeSeconds);
        frame.sendAsRouter(Icmpv6Flyweight.ROUTER_ADVERTISEMENT, length, hi, lo, mac);
        counters.increment(Counter.NDP_ROUTER_ADVERTISEMENTS);
    }

    private long intervalNs() {
        if (sent < INITIAL_ADVERTISEMENTS) {
            return INITIAL_INTERVAL_NS;
        }
        final long random = hash.hash(ipv6.prefix(), sent, 0, 0, Icmpv6Flyweight.ROUTER_ADVERTISEMENT) >>> 1;
        return MIN_INTERVAL_NS + random % (MAX_INTERVAL_NS - MIN_INTERVAL_NS);
    }

    /// @return length of the message in bytes
    private int write(final int lifetimeSeconds) {
        final UnsafeBuffer buffer = frame.buffer();
        buffer.setMemory(NdpFrame.MESSAGE_OFFSET, buffer.capacity() - NdpFrame.MESSAGE_OFFSET, (byte) 0);
        buffer.putByte(NdpFrame.MESSAGE_OFFSET + NeighborFlyweight.FLAGS_OFFSET, (byte) HOP_LIMIT);
        buffer.putShort(LIFETIME_OFFSET, (short) lifetimeSeconds, ByteOrder.BIG_ENDIAN);
        int at = OPTIONS_OFFSET;
        NeighborFlyweight.writeLinkAddress(buffer, at, NeighborFlyweight.SOURCE_LINK_ADDRESS, frame.ourMac());
        at = option(buffer, at + 8, OPTION_MTU, 1);
        buffer.putInt(at - 4, network.mtu(), ByteOrder.BIG_ENDIAN);
        at = prefix(buffer, at);
        if (network.dns()) {
            at = option(buffer, at, OPTION_RDNSS, 3);
            buffer.putInt(at - 20, lifetimeSeconds, ByteOrder.BIG_ENDIAN);
            buffer.putLong(at - 16, network.nameServerHi(false), ByteOrder.BIG_ENDIAN);
            buffer.putLong(at - 8, network.nameServerLo(false), ByteOrder.BIG_ENDIAN);
        }
        return at - NdpFrame.MESSAGE_OFFSET;
    }

    private int prefix(final UnsafeBuffer buffer, final int from) {
        final int at = option(buffer, from, OPTION_PREFIX, 4);
        buffer.putByte(from + 2, (byte) Ipv6Network.PREFIX_LENGTH);
        buffer.putByte(from + 3, (byte) ON_LINK_AND_AUTONOMOUS);
        buffer.putInt(from + 4, PREFIX_VALID_S, ByteOrder.BIG_ENDIAN);
        buffer.putInt(from + 8, PREFIX_PREFERRED_S, ByteOrder.BIG_ENDIAN);
        buffer.putLong(from + 16, ipv6.prefix(), ByteOrder.BIG_ENDIAN);
        return at;
    }

    /// Writes an option's type and length in units of 8 bytes.
    ///
    /// @return where it ends
    private static int option(final UnsafeBuffer buffer, final int at, final int type, final int units) {
        buffer.putByte(at, (byte) type);
        buffer.putByte(at + 1, (byte) units);
        return at + 8 * units;
    }
}
