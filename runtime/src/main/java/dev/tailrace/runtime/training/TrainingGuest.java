package dev.tailrace.runtime.training;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.link.LocalAddresses;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A device with a guest behind it that opens one TCP connection, sends four bytes, and closes after the other side.
///
/// It trusts the device: nothing is lost, so it acknowledges what comes and repeats nothing.
final class TrainingGuest implements LinkDevice {
    static final int MESSAGE_LENGTH = 4;

    private static final int IP_OFFSET = VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH;
    private static final int TCP_OFFSET = IP_OFFSET + Ipv4Flyweight.HEADER_LENGTH;
    private static final int PAYLOAD_OFFSET = TCP_OFFSET + TcpFlyweight.HEADER_LENGTH;
    private static final int SOURCE_PORT = 40_000;
    private static final int WINDOW = 65_535;
    private static final int TTL = 64;
    private static final long GUEST_MAC = 0x0200_0000_0001L;

    private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight();
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final TcpFlyweight tcp = new TcpFlyweight();
    private final int address;
    private final int server;
    private final int serverPort;
    private int nextSequence;
    private int expectedSequence;
    private int receivedBytes;
    private boolean ended;

    /// @param address of the guest
    /// @param server address that the guest connects to
    TrainingGuest(final int address, final int server, final int serverPort) {
        this.address = address;
        this.server = server;
        this.serverPort = serverPort;
    }

    void connect() {
        send(TcpFlags.SYN, 0);
        nextSequence++;
    }

    /// Payload bytes received.
    int receivedBytes() {
        return receivedBytes;
    }

    /// Whether the other side has ended the connection.
    boolean hasEnded() {
        return ended;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        final byte[] frame = frames.poll();
        if (frame == null) {
            return DRAINED;
        }
        buffer.putBytes(offset, frame);
        return frame.length;
    }

    @Override
    public boolean transmit(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[headersLength]);
        frame.putBytes(0, headers, headersOffset, headersLength);
        ethernet.wrap(frame, VNET_HEADER_LENGTH);
        ip.wrap(frame, IP_OFFSET);
        if (ethernet.etherType() == EtherType.IPV4 && ip.protocol() == IpProtocol.TCP) {
            onSegment(tcp.wrap(frame, TCP_OFFSET), firstLength + secondLength);
        }
        return true;
    }

    @Override
    public boolean udpSegmentation() {
        return false;
    }

    private void onSegment(final TcpFlyweight segment, final int payloadLength) {
        if (segment.hasFlag(TcpFlags.SYN)) {
            expectedSequence = segment.sequence() + 1;
            send(TcpFlags.ACK | TcpFlags.PSH, MESSAGE_LENGTH);
            nextSequence += MESSAGE_LENGTH;
        } else if (payloadLength > 0 || segment.hasFlag(TcpFlags.FIN)) {
            receivedBytes += payloadLength;
            ended |= segment.hasFlag(TcpFlags.FIN);
            expectedSequence = segment.sequence() + payloadLength + (segment.hasFlag(TcpFlags.FIN) ? 1 : 0);
            send(TcpFlags.ACK | (ended ? TcpFlags.FIN : 0), 0);
            nextSequence += ended ? 1 : 0;
        }
    }

    private void send(final int flags, final int payloadLength) {
        final byte[] frame = new byte[PAYLOAD_OFFSET + payloadLength];
        final UnsafeBuffer buffer = new UnsafeBuffer(frame);
        vnet.wrap(buffer, 0)
                .partialChecksum(
                        VirtioNetHeaderFlyweight.GSO_NONE,
                        0,
                        0,
                        TCP_OFFSET - VNET_HEADER_LENGTH,
                        TcpFlyweight.CHECKSUM_OFFSET);
        ethernet.wrap(buffer, VNET_HEADER_LENGTH)
                .destination(LocalAddresses.macOf(server))
                .source(GUEST_MAC)
                .etherType(EtherType.IPV4);
        ip.wrap(buffer, IP_OFFSET)
                .writeHeader(
                        frame.length - IP_OFFSET, 0, Ipv4Flyweight.DONT_FRAGMENT, TTL, IpProtocol.TCP, address, server);
        tcp.wrap(buffer, TCP_OFFSET)
                .sourcePort(SOURCE_PORT)
                .destinationPort(serverPort)
                .sequence(nextSequence)
                .acknowledgement(expectedSequence)
                .headerLength(TcpFlyweight.HEADER_LENGTH)
                .flags(flags)
                .window(WINDOW)
                .urgentPointer(0);
        frames.add(frame);
    }
}
