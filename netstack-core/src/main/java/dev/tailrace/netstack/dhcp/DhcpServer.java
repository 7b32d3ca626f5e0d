package dev.tailrace.netstack.dhcp;

import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.CountedLink;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.DhcpFlyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.UdpFlyweight;
import java.nio.charset.StandardCharsets;

/// Gives addresses to the guests by DHCP (RFC 2131) and BOOTP (RFC 951). Owned by the stack.
///
/// Sixteen leases of a day by Ethernet address. An offer is held for a minute. A client that asks for an address of
/// the range, or for the guest's recommended one, gets it when nobody else has it.
public final class DhcpServer {
    /// The port that messages come to.
    public static final int PORT = 67;

    static final int LEASE_SECONDS = 86_400;
    static final long LEASE_NS = LEASE_SECONDS * 1_000_000_000L;
    static final long OFFER_NS = 60_000_000_000L;

    private static final int LIMITED_BROADCAST = -1;
    private static final byte[] NOT_AVAILABLE = "requested address not available".getBytes(StandardCharsets.US_ASCII);

    private final CountedLink link;
    private final VirtualNetwork network;
    private final Counters counters;
    private final UdpFlyweight udp = new UdpFlyweight();
    private final DhcpMessage message = new DhcpMessage();
    private final DhcpLeases leases;
    private final DhcpReply reply;

    public DhcpServer(final LinkDevice device, final VirtualNetwork network, final Counters counters) {
        this.link = new CountedLink(device, counters);
        this.network = network;
        this.counters = counters;
        this.leases = new DhcpLeases(network);
        this.reply = new DhcpReply(network.gateway());
    }

    /// Takes one UDP datagram whose destination port is [#PORT] and whose destination is a broadcast or the
    /// gateway.
    ///
    /// @param packet IPv4, protocol UDP; nothing of the UDP header needs to have been checked
    public void onMessage(final IngressPacket packet, final long nowNs) {
        counters.increment(Counter.DHCP_IN);
        if (!isDatagramGood(packet) || !readMessage(packet)) {
            counters.increment(Counter.DROP_DHCP_BAD);
            return;
        }
        final int server = message.serverIdentifier();
        if (server != 0 && server != network.gateway()) {
            // Meant for another server: nothing to do (RFC 2131 section 4.3.2).
            return;
        }
        switch (message.type()) {
            case DhcpOption.DISCOVER -> onDiscover(nowNs);
            case DhcpOption.REQUEST -> onRequest(nowNs);
            case DhcpOption.DECLINE -> leases.decline(client(), message.requestedAddress(), nowNs);
            case DhcpOption.RELEASE -> leases.release(client(), message.header().clientAddress(), nowNs);
            case DhcpOption.INFORM -> onInform();
            default -> counters.increment(Counter.DROP_DHCP_BAD);
        }
    }

    private boolean isDatagramGood(final IngressPacket packet) {
        udp.wrap(packet.buffer, packet.transportOffset);
        if (!udp.check(packet.transportLength)) {
            return false;
        }
        if (packet.checksumPartial || udp.checksum() == 0) {
            return true;
        }
        final long pseudo = InternetChecksum.ipv4PseudoHeader(
                IpAddress.ipv4(packet.sourceLo), IpAddress.ipv4(packet.destinationLo), packet.protocol, udp.length());
        return InternetChecksum.isValid(
                InternetChecksum.sum(packet.buffer, packet.transportOffset, udp.length(), pseudo));
    }

    private boolean readMessage(final IngressPacket packet) {
        return message.read(packet.buffer, packet.transportOffset + UdpFlyweight.HEADER_LENGTH, udp.payloadLength());
    }

    private long client() {
        return message.header().clientMac();
    }

    private void onDiscover(final long nowNs) {
        final int lease = leases.choose(client(), message.wantedAddress(), nowNs);
        if (lease == DhcpLeases.NONE) {
            counters.increment(Counter.DROP_DHCP_NO_LEASE);
            return;
        }
        leases.offer(lease, client(), nowNs + OFFER_NS);
        counters.increment(Counter.DHCP_OFFERS);
        sendLease(DhcpOption.OFFER, leases.address(lease));
    }

    private void onRequest(final long nowNs) {
        final int wanted = message.wantedAddress();
        final int lease = wanted == 0 ? leases.choose(client(), 0, nowNs) : leases.wanted(client(), wanted, nowNs);
        if (lease != DhcpLeases.NONE) {
            leases.give(lease, client(), nowNs + LEASE_NS);
            counters.increment(Counter.DHCP_ACKS);
            sendLease(DhcpOption.ACK, leases.address(lease));
            return;
        }
        counters.increment(Counter.DROP_DHCP_NO_LEASE);
        if (!message.isBootp()) {
            sendNak();
        }
    }

    /// The client has an address and wants the rest (RFC 2131 section 4.3.5): no lease, no address in the answer.
    private void onInform() {
        final int address = message.header().clientAddress();
        final boolean isOneHost = address != network.network() && address != network.broadcast();
        if (!network.contains(address) || !isOneHost || network.isOurs(address)) {
            counters.increment(Counter.DROP_DHCP_BAD);
            return;
        }
        reply.start(message.header(), DhcpOption.ACK).clientAddress(address);
        addNetwork();
        counters.increment(Counter.DHCP_ACKS);
        send(client(), address);
    }

    private void sendLease(final int type, final int address) {
        final DhcpFlyweight header = reply.start(message.header(), type);
        header.yourAddress(address).serverAddress(network.gateway());
        final int clientAddress = message.header().clientAddress();
        if (type == DhcpOption.ACK) {
            header.clientAddress(clientAddress);
        }
        addNetwork();
        reply.addInt(DhcpOption.LEASE_TIME, LEASE_SECONDS);
        // RFC 2131 section 4.1: to the address when the client has it, else as its flag says.
        if (message.header().isBroadcast() && clientAddress != address) {
            send(MacAddress.BROADCAST, LIMITED_BROADCAST);
        } else {
            send(client(), address);
        }
    }

    private void sendNak() {
        reply.start(message.header(), DhcpOption.NAK);
        reply.addBytes(DhcpOption.MESSAGE, NOT_AVAILABLE);
        counters.increment(Counter.DHCP_NAKS);
        send(MacAddress.BROADCAST, LIMITED_BROADCAST);
    }

    private void addNetwork() {
        reply.addInt(DhcpOption.SUBNET_MASK, network.netmask());
        reply.addInt(DhcpOption.ROUTER, network.gateway());
        if (network.dns()) {
            reply.addInt(DhcpOption.NAME_SERVER, network.nameServer());
        }
        if (message.wantsMtu()) {
            reply.addShort(DhcpOption.INTERFACE_MTU, network.mtu());
        }
    }

    private void send(final long mac, final int address) {
        link.send(reply.frame(), reply.finish(mac, address));
    }
}
