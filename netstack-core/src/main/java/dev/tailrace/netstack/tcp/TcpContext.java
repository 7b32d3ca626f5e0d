package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.ip.IpEgress;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.link.NeighborQuery;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import dev.tailrace.netstack.wire.TcpFlyweight;
import java.util.ArrayDeque;

/// What the parts of TCP share. Owned by the stack's thread.
final class TcpContext {
    /// Distinguishes the hash that makes sequence numbers from the one that places flows.
    private static final long SEQUENCE_PURPOSE = 1L << 32;

    private static final long IDENTIFICATION_PURPOSE = 2L << 32;

    final TcpConfig config;
    final VirtualNetwork network;
    final LinkDevice link;
    final IpEgress egress;
    final Counters counters;
    final TimerQueue timers;
    final Slab slab;
    final TcpFlowTable table;
    final HalfOpenQueue halfOpenByGuest;
    final HalfOpenQueue halfOpenByHost;
    final Interactivity interactivity;
    final AttentionQueue attention = new AttentionQueue();

    /// Whose host has more, in the order of their turns, while somebody else waits for an answer.
    final ArrayDeque<TcpFlow> bulk = new ArrayDeque<>();

    final ArrayDeque<TcpFlow> held = new ArrayDeque<>();
    final TcpSegmentWriter writer;
    final TcpReceiver receiver;
    final TcpReassembler reassembler;
    final TcpSender sender;
    final TcpRecovery recovery;
    final TcpCloser closer;
    final TcpTimeouts timeouts;
    final TcpHandshake handshake;
    private final KeyedHash hash;

    TcpContext(
            final TcpConfig config,
            final Interactivity interactivity,
            final VirtualNetwork network,
            final LinkDevice link,
            final NeighborTable neighbours,
            final NeighborQuery query,
            final IpEgress egress,
            final Counters counters,
            final TimerQueue timers,
            final Slab slab,
            final KeyedHash hash) {
        this.config = config;
        this.interactivity = interactivity;
        this.network = network;
        this.link = link;
        this.egress = egress;
        this.counters = counters;
        this.timers = timers;
        this.slab = slab;
        this.hash = hash;
        this.table = new TcpFlowTable(hash);
        this.halfOpenByGuest = new HalfOpenQueue(hash);
        this.halfOpenByHost = new HalfOpenQueue(hash);
        this.writer = new TcpSegmentWriter(this, (int) hash.hash(0, 0, 0, 0, IDENTIFICATION_PURPOSE));
        this.receiver = new TcpReceiver(this);
        this.reassembler = new TcpReassembler(this);
        this.sender = new TcpSender(this);
        this.recovery = new TcpRecovery(this);
        this.closer = new TcpCloser(this);
        this.timeouts = new TcpTimeouts(this);
        this.handshake = new TcpHandshake(this, neighbours, query);
    }

    /// Takes a new attempt in; one of the same direction goes when there are too many.
    void beginHalfOpen(final TcpFlow flow, final HalfOpenQueue queue) {
        if (queue.size() >= config.maxHalfOpen()) {
            evictHalfOpen(queue);
        }
        table.add(flow);
        queue.add(flow);
    }

    /// Gives an attempt up. Its guest hears nothing, as if the SYN had been lost, and will ask again; only where it has
    /// our SYN|ACK it is told by RST. A client of a published port sees RST.
    ///
    /// @return whether there was one
    boolean evictHalfOpen(final HalfOpenQueue queue) {
        final TcpFlow flow = queue.victim();
        if (flow == null) {
            return false;
        }
        counters.increment(Counter.TCP_HALF_OPEN_EVICTED);
        if (flow.state() == TcpState.SYN_RECEIVED) {
            closer.resetGuest(flow);
        }
        closer.abandon(flow);
        return true;
    }

    /// Lets a flow go on when the link has room again.
    void hold(final TcpFlow flow) {
        if (!flow.isHeld) {
            flow.isHeld = true;
            held.add(flow);
        }
    }

    /// Initial sequence number of RFC 6528: a keyed hash of the connection and a clock of about 4 us.
    int initialSequence(final TcpFlow flow, final long nowNs) {
        final long ports = (flow.guestPort << 16 | flow.remotePort) & 0xffff_ffffL;
        return (int) hash.hash(flow.guestHi, flow.guestLo, flow.remoteHi, flow.remoteLo, SEQUENCE_PURPOSE | ports)
                + (int) (nowNs >> 12);
    }

    /// How much to take from the host at most. While half of the memory is in use, no more than the guest's
    /// window lets out: the rest stays in the host's socket, and readers that do not read leave memory to those
    /// who do.
    int takeableBytes(final TcpFlow flow) {
        final boolean isScarce = slab.usedBytes() >= slab.capacityBytes() / 2;
        return isScarce ? Math.max(0, flow.sndWnd - flow.ring.length()) : Integer.MAX_VALUE;
    }

    /// Each flow's share of the slab as a power of two: 32 KiB to the configured largest ring.
    int ringLimit() {
        final int share = Integer.highestOneBit(slab.capacityBytes() / Math.max(1, table.size()));
        return Math.clamp(share, 2 * Slab.SMALLEST_BLOCK_LENGTH, config.maxRingBytes());
    }

    /// Largest segment of the link without options: MTU less IP and TCP headers (RFC 9293 section 3.7.1).
    int linkMss(final boolean isIpv4) {
        return network.mtu()
                - (isIpv4 ? Ipv4Flyweight.HEADER_LENGTH : Ipv6Flyweight.HEADER_LENGTH)
                - TcpFlyweight.HEADER_LENGTH;
    }

    /// Has a flow served again whose host has more.
    void comeAgain(final TcpFlow flow) {
        if (!interactivity.isBehind(flow)) {
            attention.add(flow);
        } else if (!flow.isBulkQueued) {
            flow.isBulkQueued = true;
            bulk.add(flow);
        }
    }
}
