package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.ip.VirtualNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A guest on the link: answers ARP, hands segments to its connections, refuses the others with RST.
public final class GuestHost {
    private static final int FIRST_PORT = 40_000;

    private final SimWorld world;
    private final SimLink link;
    private final int address;
    private final long mac;
    private final long gatewayMac;
    private final Map<Key, GuestTcp> connections = new HashMap<>();
    private final List<GuestTcp> all = new ArrayList<>();
    private final Map<Integer, Supplier<GuestOptions>> listening = new HashMap<>();
    private final List<Packet> icmp = new ArrayList<>();
    private int nextPort = FIRST_PORT;
    private boolean isAnsweringArp = true;
    private int arpRequests;

    private record Key(int localPort, int remote, int remotePort) {}

    public GuestHost(final SimWorld world, final SimLink link, final VirtualNetwork network, final long mac) {
        this.world = world;
        this.link = link;
        this.address = network.guest();
        this.mac = mac;
        this.gatewayMac = VirtualNetwork.macOf(network.gateway());
        link.guest(this::receive);
    }

    /// Opens a connection.
    public GuestTcp connect(final int remote, final int remotePort, final GuestOptions options) {
        return connect(nextPort++, remote, remotePort, options);
    }

    /// Opens a connection from a port of choice; one of the same addresses is forgotten.
    public GuestTcp connect(final int localPort, final int remote, final int remotePort, final GuestOptions options) {
        final GuestTcp tcp = make(localPort, remote, remotePort, options, GuestTcp.Phase.SYN_SENT);
        tcp.connect();
        return tcp;
    }

    /// Accepts connections to `port`.
    public void listen(final int port, final Supplier<GuestOptions> options) {
        listening.put(port, options);
    }

    /// All connections ever, in order.
    public List<GuestTcp> connections() {
        return all;
    }

    /// ICMP messages received.
    public List<Packet> icmp() {
        return icmp;
    }

    public int arpRequests() {
        return arpRequests;
    }

    public void answeringArp(final boolean now) {
        isAnsweringArp = now;
    }

    public int address() {
        return address;
    }

    public long mac() {
        return mac;
    }

    public long gatewayMac() {
        return gatewayMac;
    }

    SimWorld world() {
        return world;
    }

    void send(final byte[] frame) {
        link.send(frame);
    }

    void forget(final GuestTcp tcp) {
        connections.values().remove(tcp);
    }

    void onFinished(final GuestTcp tcp) {
        assert tcp.isFinished();
    }

    /// Answers a segment of no connection by RFC 9293 section 3.5.2.
    void reject(final Packet packet) {
        if (packet.has(Packet.RST)) {
            return;
        }
        final FrameAddresses back = new FrameAddresses(
                mac, gatewayMac, address, packet.destinationPort(), packet.source(), packet.sourcePort());
        send(
                packet.has(Packet.ACK)
                        ? Seg.rst().seq(packet.ack()).frame(back)
                        : Seg.rst()
                                .and(Packet.ACK)
                                .ack(packet.seq() + packet.sequenceLength())
                                .frame(back));
    }

    private void receive(final Packet packet) {
        if (packet.isArp()) {
            arp(packet);
        } else if (packet.destinationMac != mac) {
            throw new AssertionError("frame to the wrong Ethernet address: " + packet);
        } else if (packet.isTcp()) {
            tcp(packet);
        } else if (packet.isIcmp()) {
            icmp(packet);
        }
    }

    private void arp(final Packet packet) {
        if (packet.arpOperation() == 1 && packet.arpTarget == address) {
            arpRequests++;
            if (isAnsweringArp) {
                send(ArpFrames.reply(mac, address, packet));
            }
        }
    }

    private void tcp(final Packet packet) {
        final Key key = new Key(packet.destinationPort(), packet.source(), packet.sourcePort());
        @Nullable GuestTcp tcp = connections.get(key);
        final boolean isNewSyn = packet.has(Packet.SYN) && !packet.has(Packet.ACK);
        final Supplier<GuestOptions> options = listening.get(packet.destinationPort());
        if (isNewSyn && options != null && (tcp == null || tcp.isDead())) {
            tcp = make(key.localPort, key.remote, key.remotePort, options.get(), GuestTcp.Phase.SYN_RECEIVED);
            tcp.accept(packet);
        } else if (tcp == null || tcp.isDead()) {
            reject(packet);
        } else {
            tcp.segment(packet);
        }
    }

    /// An error about one of our segments quotes its IP header and 8 bytes.
    private void icmp(final Packet packet) {
        icmp.add(packet);
        final byte[] frame = packet.frame();
        final int quoted = packet.payloadOffset;
        if (packet.icmpType() == 3 && packet.payloadLength() >= 28) {
            final int transport = quoted + (frame[quoted] & 15) * 4;
            final Key key = new Key(
                    Octets.u16(frame, transport), Octets.i32(frame, quoted + 16), Octets.u16(frame, transport + 2));
            final GuestTcp tcp = connections.get(key);
            if (tcp != null) {
                tcp.unreachable(packet.icmpCode());
            }
        }
    }

    private GuestTcp make(
            final int localPort,
            final int remote,
            final int remotePort,
            final GuestOptions options,
            final GuestTcp.Phase phase) {
        final FrameAddresses addresses = new FrameAddresses(mac, gatewayMac, address, localPort, remote, remotePort);
        final GuestTcp tcp = new GuestTcp(this, options, addresses, phase);
        connections.put(new Key(localPort, remote, remotePort), tcp);
        all.add(tcp);
        return tcp;
    }
}
