package dev.tailrace.netstack.stack;

import dev.tailrace.netstack.dhcp.DhcpServer;
import dev.tailrace.netstack.dns.LocalNames;
import dev.tailrace.netstack.dns.NameServer;
import dev.tailrace.netstack.host.HostResolver;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.icmp.EchoForwarder;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.IpOutput;
import dev.tailrace.netstack.ip.Ipv4Ingress;
import dev.tailrace.netstack.ip.Ipv6Ingress;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.Reassembly;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.ArpResponder;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.memory.MemoryRegion;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.ndp.NdpResponder;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.tcp.Interactivity;
import dev.tailrace.netstack.tcp.TcpForwarder;
import dev.tailrace.netstack.timer.Timer;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.udp.UdpForwarder;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.Icmpv6Flyweight;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.UdpFlyweight;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// The whole stack of one guest network: a duty cycle without threads, clock or sockets of its own.
///
/// One turn ([#doWork]) takes a bounded number of frames from the link, sends what became of them, serves host sockets
/// that had news, acknowledges, and runs timers. All calls come from one thread.
public final class NetworkStack {
    /// Least length of the area that frames are read into.
    public static final int MIN_READ_AREA_LENGTH = 4 * LinkDevice.MAX_FRAME_LENGTH;

    private static final int FRAMES_PER_TURN = 256;

    private static final int DATAGRAMS_PER_TURN = 128;
    private static final long TRIM_INTERVAL_NS = 1_000_000_000L;

    /// How long a datagram waits for the guest to answer ARP.
    private static final long NEIGHBOUR_TIMEOUT_NS = 1_000_000_000L;

    private final VirtualNetwork network;
    private final LinkDevice link;
    private final ReadArea area;
    private final Counters counters;
    private final TimerQueue timers = new TimerQueue();
    private final Interactivity interactivity = new Interactivity();
    private final NeighborTable neighbours = new NeighborTable();
    private final TrimTimer trim = new TrimTimer();
    private final NeighbourTimer neighbourTimer = new NeighbourTimer();
    private final IpOutput egress;
    private final ArpResponder arp;
    private final Ipv4Ingress ingress;
    private final Ipv6Ingress ingress6;
    private final @Nullable NdpResponder ndp;
    private final TcpForwarder tcp;
    private final UdpForwarder udp;
    private final EchoForwarder echo;
    private final DhcpServer dhcp;
    private final ForwardTable forwards;
    private final Slab slab;
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final UdpFlyweight udpHeader = new UdpFlyweight();
    private final Icmpv6Flyweight icmp = new Icmpv6Flyweight();
    private final IngressPacket packet = new IngressPacket();
    private final boolean isFirst;
    private boolean isLinkClosed;
    private boolean hasStarted;

    /// @param memory for payload that waits, shared by all flows
    /// @param area off-heap, 64-byte aligned, at least [#MIN_READ_AREA_LENGTH]: frames are read into it
    public NetworkStack(
            final StackConfig config,
            final LinkDevice link,
            final HostSockets sockets,
            final HostResolver resolver,
            final MemoryRegion memory,
            final UnsafeBuffer area,
            final Counters counters) {
        this(config, link, sockets, resolver, LocalNames.NONE, memory, area, counters);
    }

    /// @param names that the network's name server answers for itself
    /// @param memory for payload that waits, shared by all flows
    /// @param area off-heap, 64-byte aligned, at least [#MIN_READ_AREA_LENGTH]: frames are read into it
    public NetworkStack(
            final StackConfig config,
            final LinkDevice link,
            final HostSockets sockets,
            final HostResolver resolver,
            final LocalNames names,
            final MemoryRegion memory,
            final UnsafeBuffer area,
            final Counters counters) {
        if (area.capacity() < MIN_READ_AREA_LENGTH) {
            throw new IllegalArgumentException("read area of " + area.capacity() + " bytes: too short");
        }
        this.network = config.network();
        this.isFirst = config.isFirst();
        this.link = link;
        this.area = new ReadArea(area);
        this.counters = counters;
        this.slab = new Slab(memory);
        final KeyedHash hash = new KeyedHash(config.secretHi(), config.secretLo());
        final NameServer nameServer = new NameServer(resolver, names, counters);
        this.arp = new ArpResponder(link, config.network(), neighbours, counters);
        final Ipv6Network ipv6 = config.network().ipv6();
        this.ndp = ipv6 == null
                ? null
                : new NdpResponder(link, config.network(), ipv6, neighbours, timers, counters, hash);
        this.egress = new IpOutput(
                link,
                config.network(),
                neighbours,
                this::askNeighbour,
                counters,
                hash.hash(0, 0, 0, 0, IpProtocol.UDP));
        this.udp =
                new UdpForwarder(config.udp(), config.network(), sockets, egress, nameServer, timers, counters, hash);
        final Reassembly reassembly = new Reassembly(timers, egress, counters, udp::flush);
        this.ingress = new Ipv4Ingress(config.network(), reassembly, counters);
        this.ingress6 = new Ipv6Ingress(config.network(), reassembly, egress, counters);
        this.tcp = new TcpForwarder(
                config.tcp(),
                interactivity,
                config.network(),
                sockets,
                nameServer,
                link,
                neighbours,
                this::askNeighbour,
                egress,
                counters,
                timers,
                slab,
                hash);
        this.echo = new EchoForwarder(config.network(), sockets, egress, timers, counters, hash);
        this.dhcp = new DhcpServer(link, config.network(), counters);
        this.forwards = new ForwardTable(sockets, tcp, udp.forwards());
    }

    /// One turn.
    ///
    /// @return whether there is more to do at once; otherwise the caller may wait until [#nextDeadlineNs]
    public boolean doWork(final long nowNs) {
        if (!hasStarted) {
            start(nowNs);
        }
        interactivity.onTurn(nowNs);
        echo.onTime(nowNs);
        link.drain();
        if (!link.isBusy()) {
            tcp.resume();
        }
        final boolean isSomebodyWaiting = interactivity.isSomebodyWaiting();
        if (!isSomebodyWaiting) {
            takeHeld(Integer.MAX_VALUE, nowNs);
        } else if (hasBulk()) {
            // Answers that have come, before anything else.
            tcp.serve(nowNs);
        }
        final boolean hasMoreFrames = receiveFrames(isSomebodyWaiting, nowNs);
        udp.flush();
        udp.poll(nowNs, DATAGRAMS_PER_TURN);
        tcp.serve(nowNs);
        timers.poll(nowNs);
        tcp.serve(nowNs);
        final boolean hasMoreBulk = carryBulk(nowNs);
        if (slab.isTrimDue() && !trim.isArmed()) {
            timers.arm(trim, nowNs + TRIM_INTERVAL_NS);
        }
        if (egress.isHolding() && !neighbourTimer.isArmed()) {
            timers.arm(neighbourTimer, nowNs + NEIGHBOUR_TIMEOUT_NS);
        }
        return hasMoreFrames || hasMoreBulk || tcp.hasMore() || udp.hasReadable();
    }

    /// When [#doWork] must be called next at the latest, or [TimerQueue#NONE].
    public long nextDeadlineNs() {
        return timers.nextDeadlineNs();
    }

    /// Whether the link device is gone.
    public boolean isLinkClosed() {
        return isLinkClosed;
    }

    /// Host forwarding.
    public PortForwards forwards() {
        return forwards;
    }

    /// What was counted.
    public Counters counters() {
        return counters;
    }

    /// Bytes of payload memory in use.
    public int slabUsedBytes() {
        return slab.usedBytes();
    }

    /// TCP flows now.
    public int tcpFlowCount() {
        return tcp.flowCount();
    }

    /// TCP flows now by the ordinal of their [dev.tailrace.netstack.tcp.TcpState].
    public int[] tcpFlowsByState() {
        return tcp.flowsByState();
    }

    /// UDP mappings now, without published ports.
    public int udpFlowCount() {
        return udp.flowCount();
    }

    /// Echo mappings now.
    public int echoFlowCount() {
        return echo.flowCount();
    }

    /// Bytes of payload memory that may be used.
    public int slabCapacityBytes() {
        return slab.capacityBytes();
    }

    /// All flows and published ports now. Which they are is settled at once, what they are like is asked later: so a
    /// long table can be read in pieces between turns, and flows that have ended meanwhile drop out.
    public List<FlowSource> flows() {
        final List<FlowSource> sources =
                new ArrayList<>(tcp.flowCount() + udp.flowCount() + echo.flowCount() + forwards.size());
        forwards.collect(sources);
        tcp.collect(sources);
        udp.collect(sources);
        echo.collect(sources);
        return sources;
    }

    /// Counters, totals and a line for each flow, for people.
    public void describe(final StringBuilder out, final long nowNs) {
        counters.format(out);
        out.append("tcp-flows ").append(tcp.flowCount());
        out.append(" udp-flows ").append(udp.flowCount());
        out.append(" echo-flows ").append(echo.flowCount());
        out.append(" slab-used-bytes ").append(slab.usedBytes());
        out.append(" slab-bytes ").append(slab.capacityBytes()).append('\n');
        tcp.describe(out, nowNs);
        for (final PortForward forward : forwards.list()) {
            out.append("forward ").append(forward).append('\n');
        }
    }

    /// Ends all flows of a guest's address, which another guest may get next. Published ports that lead there stay.
    public void forget(final long guestHi, final long guestLo, final long nowNs) {
        tcp.forget(guestHi, guestLo, nowNs);
        udp.forget(guestHi, guestLo);
        echo.forget(guestHi, guestLo);
    }

    /// Ends all flows by RST and closes all sockets.
    public void close(final long nowNs) {
        forwards.close();
        tcp.close(nowNs);
        udp.close();
        echo.close();
        if (ndp != null && isFirst) {
            ndp.close();
        }
    }

    private void start(final long nowNs) {
        hasStarted = true;
        if (ndp != null && isFirst) {
            ndp.start(nowNs);
        }
    }

    /// @param isSomebodyWaiting whether bulk is held back
    /// @return whether there are more that can be received at once
    // hot path
    private boolean receiveFrames(final boolean isSomebodyWaiting, final long nowNs) {
        final long mostBytes = carriedBytes() + interactivity.turnBytes();
        for (int frame = 0; frame < FRAMES_PER_TURN && carriedBytes() < mostBytes; frame++) {
            int room = area.room();
            if (room == ReadArea.NO_ROOM) {
                if (area.isHolding()) {
                    return false;
                }
                udp.flush();
                area.clear();
                room = area.room();
            }
            final int length = link.receive(area.buffer(), room, LinkDevice.MAX_FRAME_LENGTH);
            if (length == LinkDevice.PASSED_ON) {
                continue;
            }
            if (length <= LinkDevice.DRAINED) {
                isLinkClosed = length == LinkDevice.CLOSED;
                udp.flush();
                area.clear();
                return false;
            }
            if (!isSomebodyWaiting || !area.hold(length, interactivity.latestPorts())) {
                onFrame(room, length, nowNs);
            }
        }
        return true;
    }

    /// Carries what stayed behind messages: a frame of the guest's and a flow of the host's, if it is their turn.
    ///
    /// @return whether there may be more at once
    private boolean carryBulk(final long nowNs) {
        if (!hasBulk()) {
            return false;
        }
        if (!interactivity.isBulksTurn()) {
            return true;
        }
        takeHeld(1, nowNs);
        tcp.serveBulk(nowNs);
        return true;
    }

    private boolean hasBulk() {
        return area.isHolding() || tcp.hasBulk();
    }

    private void takeHeld(final int mostFrames, final long nowNs) {
        for (int frame = 0; frame < mostFrames && area.isHolding(); frame++) {
            onFrame(area.heldOffset(), area.heldLength(), nowNs);
            area.release();
        }
    }

    // hot path
    private long carriedBytes() {
        return counters.get(Counter.BYTES_IN) + counters.get(Counter.BYTES_OUT);
    }

    private void onFrame(final int at, final int length, final long nowNs) {
        counters.increment(Counter.FRAMES_IN);
        counters.add(Counter.BYTES_IN, length);
        final UnsafeBuffer buffer = area.buffer();
        final int ethernetOffset = at + LinkDevice.VNET_HEADER_LENGTH;
        if (length < LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH) {
            counters.increment(Counter.DROP_ETHERNET_SHORT);
            return;
        }
        if (length > LinkDevice.MAX_FRAME_LENGTH) {
            counters.increment(Counter.DROP_ETHERNET_LONG);
            return;
        }
        ethernet.wrap(buffer, ethernetOffset);
        if (!network.isForUs(ethernet.destination())) {
            counters.increment(Counter.DROP_ETHERNET_OTHER);
            return;
        }
        final int offset = ethernetOffset + EthernetFlyweight.HEADER_LENGTH;
        final int available = length - (offset - at);
        switch (ethernet.etherType()) {
            case EtherType.IPV4 -> {
                if (ingress.onPacket(buffer, at, offset, available, ethernet.source(), packet, nowNs)) {
                    onPacket(length, nowNs);
                }
            }
            case EtherType.ARP -> arp.onFrame(buffer, offset, available);
            case EtherType.IPV6 -> {
                if (ndp == null) {
                    counters.increment(Counter.DROP_IPV6_UNSUPPORTED);
                } else if (ingress6.onPacket(buffer, at, offset, available, ethernet.source(), packet, nowNs)) {
                    onPacket(length, nowNs);
                }
            }
            default -> counters.increment(Counter.DROP_ETHERTYPE);
        }
    }

    private void onPacket(final int frameLength, final long nowNs) {
        switch (packet.protocol) {
            case IpProtocol.TCP -> {
                neighbours.learn(packet.sourceHi, packet.sourceLo, packet.sourceMac);
                tcp.onPacket(packet, nowNs);
            }
            case IpProtocol.UDP -> onDatagram(frameLength, nowNs);
            case IpProtocol.ICMP -> {
                // An IPv6 packet with ICMP of IPv4 in it, or the other way round, is no message of either.
                if (!packet.isIpv4()) {
                    counters.increment(Counter.DROP_IP_PROTOCOL);
                    return;
                }
                neighbours.learn(packet.sourceHi, packet.sourceLo, packet.sourceMac);
                echo.onPacket(packet, nowNs);
            }
            case IpProtocol.ICMPV6 -> onIcmpv6(nowNs);
            default -> counters.increment(Counter.DROP_IP_PROTOCOL);
        }
    }

    private void onIcmpv6(final long nowNs) {
        final NdpResponder neighbourDiscovery = ndp;
        if (neighbourDiscovery == null || packet.isIpv4()) {
            counters.increment(Counter.DROP_IP_PROTOCOL);
            return;
        }
        icmp.wrap(packet.buffer, packet.transportOffset);
        if (!icmp.check(packet.transportLength)) {
            counters.increment(Counter.DROP_ICMP_BAD);
        } else if (!packet.isTransportChecksumValid()) {
            counters.increment(Counter.DROP_ICMP_CHECKSUM);
        } else if (NdpResponder.isNdp(icmp.type())) {
            neighbourDiscovery.onMessage(packet, icmp.type(), icmp.code(), nowNs);
        } else if ((packet.sourceHi | packet.sourceLo) == 0) {
            counters.increment(Counter.DROP_IPV6_SOURCE);
        } else {
            neighbours.learn(packet.sourceHi, packet.sourceLo, packet.sourceMac);
            echo.onPacket(packet, nowNs);
        }
    }

    private void askNeighbour(final long hi, final long lo) {
        if (IpAddress.isIpv4(hi, lo)) {
            arp.request(IpAddress.ipv4(lo));
        } else if (ndp != null) {
            ndp.ask(hi, lo);
        }
    }

    /// A datagram for the host is queued: the frame stays where it is, and the next one is read behind it.
    private void onDatagram(final int frameLength, final long nowNs) {
        if (isDhcp()) {
            dhcp.onMessage(packet, nowNs);
            return;
        }
        if (packet.isIpv4() && packet.sourceLo == IpAddress.ipv4Lo(0)) {
            counters.increment(Counter.DROP_IPV4_SOURCE);
            return;
        }
        neighbours.learn(packet.sourceHi, packet.sourceLo, packet.sourceMac);
        udp.onPacket(packet, nowNs);
        area.keep(frameLength);
    }

    private boolean isDhcp() {
        return !network.isBridge()
                && packet.isIpv4()
                && packet.transportLength >= UdpFlyweight.HEADER_LENGTH
                && udpHeader.wrap(packet.buffer, packet.transportOffset).destinationPort() == DhcpServer.PORT
                && isDhcpDestination(IpAddress.ipv4(packet.destinationLo));
    }

    private boolean isDhcpDestination(final int address) {
        return address == -1 || address == network.broadcast() || address == network.gateway();
    }

    /// Gives memory back once a second as long as there is some to give.
    private final class TrimTimer extends Timer {
        @Override
        public void onTimeout(final long nowNs) {
            slab.trim();
        }
    }

    /// Gives up datagrams for a guest that does not answer.
    private final class NeighbourTimer extends Timer {
        @Override
        public void onTimeout(final long nowNs) {
            egress.forgetHeld();
        }
    }
}
