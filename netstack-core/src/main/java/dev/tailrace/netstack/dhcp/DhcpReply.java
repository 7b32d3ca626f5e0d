package dev.tailrace.netstack.dhcp;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.wire.DhcpFlyweight;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.UdpFlyweight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/// Writes one reply as a whole frame, from the virtio-net header on. Reusable.
///
/// The UDP checksum is a full one: clients that read from packet sockets verify it themselves.
final class DhcpReply {
    private static final int ETHERNET_OFFSET = LinkDevice.VNET_HEADER_LENGTH;
    private static final int IP_OFFSET = ETHERNET_OFFSET + EthernetFlyweight.HEADER_LENGTH;
    private static final int UDP_OFFSET = IP_OFFSET + Ipv4Flyweight.HEADER_LENGTH;
    private static final int MESSAGE_OFFSET = UDP_OFFSET + UdpFlyweight.HEADER_LENGTH;
    private static final int CAPACITY = 512;

    /// Shortest BOOTP message (RFC 951 section 3); some clients drop shorter ones.
    private static final int MIN_MESSAGE_LENGTH = 300;

    private static final int SERVER_PORT = 67;
    private static final int CLIENT_PORT = 68;
    private static final int TTL = 64;

    private final int server;
    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY));
    private final EthernetFlyweight ethernet = new EthernetFlyweight().wrap(frame, ETHERNET_OFFSET);
    private final Ipv4Flyweight ip = new Ipv4Flyweight().wrap(frame, IP_OFFSET);
    private final UdpFlyweight udp = new UdpFlyweight().wrap(frame, UDP_OFFSET);
    private final DhcpFlyweight header = new DhcpFlyweight().wrap(frame, MESSAGE_OFFSET);
    private int index;
    /// @param server address that replies come from
    DhcpReply(final int server) {
        this.server = server;
    }

    /// Begins a reply: all bytes 0 but those that every reply repeats or has.
    DhcpFlyweight start(final DhcpFlyweight request, final int type) {
        frame.setMemory(0, CAPACITY, (byte) 0);
        header.writeHeader(DhcpFlyweight.REPLY)
                .transaction(request.transaction())
                .flags(request.flags())
                .clientMac(request.clientMac());
        index = MESSAGE_OFFSET + DhcpFlyweight.OPTIONS_OFFSET;
        code(DhcpOption.MESSAGE_TYPE, 1);
        frame.putByte(index++, (byte) type);
        addInt(DhcpOption.SERVER_IDENTIFIER, server);
        return header;
    }

    /// Adds an option of four bytes.
    void addInt(final int code, final int value) {
        code(code, Integer.BYTES);
        frame.putInt(index, value, ByteOrder.BIG_ENDIAN);
        index += Integer.BYTES;
    }

    /// Adds an option of two bytes.
    void addShort(final int code, final int value) {
        code(code, Short.BYTES);
        frame.putShort(index, (short) value, ByteOrder.BIG_ENDIAN);
        index += Short.BYTES;
    }

    /// Adds an option of up to 80 bytes.
    void addBytes(final int code, final byte[] value) {
        code(code, value.length);
        frame.putBytes(index, value);
        index += value.length;
    }

    private void code(final int code, final int length) {
        frame.putByte(index++, (byte) code);
        frame.putByte(index++, (byte) length);
    }

    /// Ends the reply and writes the headers in front.
    ///
    /// @return length of the frame with its virtio-net header
    int finish(final long destinationMac, final int destination) {
        frame.putByte(index++, (byte) DhcpOption.END);
        final int messageLength = Math.max(index - MESSAGE_OFFSET, MIN_MESSAGE_LENGTH);
        final int udpLength = UdpFlyweight.HEADER_LENGTH + messageLength;
        ethernet.destination(destinationMac)
                .source(VirtualNetwork.macOf(server))
                .etherType(EtherType.IPV4);
        // Never fragmented, so without an identification (RFC 6864 section 4.1): it would count the replies to others.
        final int length = Ipv4Flyweight.HEADER_LENGTH + udpLength;
        ip.writeHeader(length, 0, Ipv4Flyweight.DONT_FRAGMENT, TTL, IpProtocol.UDP, server, destination);
        udp.sourcePort(SERVER_PORT)
                .destinationPort(CLIENT_PORT)
                .length(udpLength)
                .checksum(0);
        final long pseudo = InternetChecksum.ipv4PseudoHeader(server, destination, IpProtocol.UDP, udpLength);
        final int checksum = InternetChecksum.complement(InternetChecksum.sum(frame, UDP_OFFSET, udpLength, pseudo));
        udp.checksum(checksum == 0 ? 0xffff : checksum);
        return MESSAGE_OFFSET + messageLength;
    }

    /// Holds the frame.
    UnsafeBuffer frame() {
        return frame;
    }
}
