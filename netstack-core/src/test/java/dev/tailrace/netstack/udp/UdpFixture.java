package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.dns.LocalNames;
import dev.tailrace.netstack.dns.NameServer;
import dev.tailrace.netstack.host.HostResolver;
import dev.tailrace.netstack.ip.GuestKernel;
import dev.tailrace.netstack.ip.GuestPacket;
import dev.tailrace.netstack.ip.GuestSender;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.IpOutput;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.NeighborTable;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.List;

/// A forwarder with the real egress between a fake guest and a fake host.
final class UdpFixture {
    static final int GUEST = GuestSender.GUEST;
    static final int GATEWAY = 0x0a00_0202;
    static final int NAME_SERVER = 0x0a00_0203;
    static final int LOOPBACK = 0x7f00_0001;
    static final int RESOLVER = 0x7f00_0035;
    static final int REMOTE = 0xc633_6407;
    static final int OTHER = 0xcb00_7109;
    static final long SECOND_NS = 1_000_000_000L;
    static final long GUEST_MAC = 0x0200_0000_0001L;

    final Counters counters = new Counters();
    final TimerQueue timers = new TimerQueue();
    final FakeSockets sockets = new FakeSockets();
    final FakeResolver resolver = new FakeResolver();
    final GuestSender sender = new GuestSender();
    final GuestKernel guest = new GuestKernel(GuestKernel.MTU);
    final UdpForwarder udp;

    /// Starts near the wrap of the clock, so that comparing deadlines otherwise than by subtraction shows.
    long nowNs = Long.MAX_VALUE - SECOND_NS;

    UdpFixture(final boolean hostLoopback, final boolean dns, final UdpConfig config) {
        this(hostLoopback, dns, config, LocalNames.NONE);
    }

    UdpFixture(final boolean hostLoopback, final boolean dns, final UdpConfig config, final LocalNames names) {
        final VirtualNetwork network = new VirtualNetwork(0x0a00_0200, 24, GuestKernel.MTU, 0, hostLoopback, dns);
        final NeighborTable neighbors = new NeighborTable();
        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(GUEST), GUEST_MAC);
        neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(GUEST + 1), GUEST_MAC);
        final IpOutput egress = new IpOutput(guest, network, neighbors, (hi, lo) -> {}, counters, 1);
        udp = new UdpForwarder(
                config,
                network,
                sockets,
                egress,
                new NameServer(resolver, names, counters),
                timers,
                counters,
                new KeyedHash(1, 2));
    }

    /// The host's resolver configuration.
    static final class FakeResolver implements HostResolver {
        int address = RESOLVER;

        @Override
        public boolean refresh(final boolean preferIpv6, final long nowNs) {
            return address != 0;
        }

        @Override
        public long addressHi() {
            return IpAddress.IPV4_HI;
        }

        @Override
        public long addressLo() {
            return IpAddress.ipv4Lo(address);
        }
    }

    static UdpFixture open() {
        return new UdpFixture(true, true, UdpConfig.DEFAULT);
    }

    void packet(final IngressPacket packet) {
        udp.onPacket(packet, nowNs);
        udp.flush();
        sender.flushed();
    }

    void send(final int sourcePort, final int destination, final int port, final byte[] payload) {
        packet(sender.udp(sourcePort, destination, port, payload));
    }

    /// The only datagram sent since the last call.
    FakeSockets.Sent sentOne() {
        final List<FakeSockets.Sent> sent = sent();
        if (sent.size() != 1) {
            throw new AssertionError("datagrams sent: " + sent);
        }
        return sent.getFirst();
    }

    List<FakeSockets.Sent> sent() {
        final List<FakeSockets.Sent> sent = List.copyOf(sockets.sent);
        sockets.sent.clear();
        return sent;
    }

    /// A mapping of the guest port to its socket, made by a datagram to `destination`.
    FakeDatagram mapping(final int sourcePort, final int destination, final int port) {
        send(sourcePort, destination, port, new byte[1]);
        return sentOne().from();
    }

    void poll() {
        udp.poll(nowNs, 1000);
    }

    GuestPacket arrives(final FakeDatagram socket, final int source, final int port, final byte[] payload) {
        socket.arrive(source, port, payload, 0);
        poll();
        return guest.takeOne();
    }

    void advance(final long seconds) {
        nowNs += seconds * SECOND_NS;
        timers.poll(nowNs);
    }

    long count(final Counter counter) {
        return counters.get(counter);
    }
}
