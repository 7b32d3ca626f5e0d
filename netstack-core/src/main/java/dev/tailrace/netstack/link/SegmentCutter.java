package dev.tailrace.netstack.link;

import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.UdpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Cuts a frame with a virtio-net header into the Ethernet frames that a device would make of it, with their
/// checksums (linux/virtio_net.h).
///
/// Frames come from our own stack, so what their headers say is true. Payload is not copied: each segment is headers of
/// its own and two slices of the payload. Owned by one thread.
final class SegmentCutter {
    /// Room for the headers of one frame; what precedes the payload is no longer (ARP 60, IPv6 and TCP 114 bytes).
    static final int MAX_HEADERS_LENGTH = 256;

    private static final int VNET = LinkDevice.VNET_HEADER_LENGTH;
    private static final int ETHERNET = EthernetFlyweight.HEADER_LENGTH;
    private static final int IPV6_PAYLOAD_LENGTH_OFFSET = 4;
    private static final int IPV6_HEADER_LENGTH = 40;
    private static final int LOW_16 = 0xffff;

    /// The frame's headers without the virtio-net header.
    private final UnsafeBuffer whole = new UnsafeBuffer(ByteBuffer.allocateDirect(VNET + MAX_HEADERS_LENGTH));

    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight().wrap(whole, 0);
    private final EthernetFlyweight ethernet = new EthernetFlyweight().wrap(whole, VNET);
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final TcpFlyweight tcp = new TcpFlyweight();
    private final UdpFlyweight udp = new UdpFlyweight();

    private DirectBuffer payload = whole;
    private int headersLength;
    private int firstStart;
    private int firstBytes;
    private int secondStart;
    private int payloadLength;
    private int step;
    private boolean isSummed;
    private boolean isCut;
    private boolean isTcp;
    private boolean isIpv4;
    private int transport;
    private int checksumPlace;
    private int position;
    private int index;
    private boolean isDone;

    private int firstOffset;
    private int firstLength;
    private int secondOffset;
    private int secondLength;

    /// Takes a frame, as [LinkDevice#transmit] gets it.
    void begin(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        whole.putBytes(0, headers, headersOffset, headersLength);
        this.payload = payload;
        this.headersLength = headersLength - VNET;
        firstStart = firstOffset;
        firstBytes = firstLength;
        secondStart = secondOffset;
        payloadLength = firstLength + secondLength;
        isSummed = (vnet.flags() & VirtioNetHeaderFlyweight.NEEDS_CSUM) != 0;
        final int gsoType = vnet.gsoType() & ~VirtioNetHeaderFlyweight.GSO_ECN;
        isCut = gsoType != VirtioNetHeaderFlyweight.GSO_NONE;
        isTcp = gsoType == VirtioNetHeaderFlyweight.GSO_TCPV4 || gsoType == VirtioNetHeaderFlyweight.GSO_TCPV6;
        isIpv4 = ethernet.etherType() == EtherType.IPV4;
        step = isCut ? vnet.gsoSize() : payloadLength;
        transport = vnet.checksumStart();
        checksumPlace = transport + vnet.checksumOffset();
        position = 0;
        index = 0;
        isDone = false;
    }

    /// Lays down the headers of the next frame; the accessors tell where its payload is.
    ///
    /// @return whether there was one
    boolean next(final UnsafeBuffer out, final int offset) {
        if (isDone) {
            return false;
        }
        final int length = Math.min(step, payloadLength - position);
        isDone = position + length >= payloadLength;
        slice(length);
        out.putBytes(offset, whole, VNET, headersLength);
        if (isCut) {
            adapt(out, offset, length);
        }
        if (isSummed) {
            sum(out, offset);
        }
        position += length;
        index++;
        return true;
    }

    int headersLength() {
        return headersLength;
    }

    int firstOffset() {
        return firstOffset;
    }

    int firstLength() {
        return firstLength;
    }

    int secondOffset() {
        return secondOffset;
    }

    int secondLength() {
        return secondLength;
    }

    /// Frames that [#next] would still make.
    int segmentsLeft() {
        return isDone ? 0 : (payloadLength - position + step - 1) / step;
    }

    private void slice(final int length) {
        firstOffset = firstStart + Math.min(position, firstBytes);
        firstLength = Math.clamp((long) firstBytes - position, 0, length);
        secondOffset = secondStart + Math.max(0, position - firstBytes);
        secondLength = length - firstLength;
    }

    /// Makes the headers those of one segment: lengths, identification, sequence number, flags.
    private void adapt(final UnsafeBuffer out, final int offset, final int length) {
        final int transportLength = headersLength - transport + length;
        if (isIpv4) {
            ip.wrap(out, offset + ETHERNET);
            ip.identification(ip.identification() + index)
                    .totalLength(transport - ETHERNET + transportLength)
                    .updateChecksum();
        } else {
            final int extensions = transport - ETHERNET - IPV6_HEADER_LENGTH;
            out.putShort(
                    offset + ETHERNET + IPV6_PAYLOAD_LENGTH_OFFSET,
                    (short) (extensions + transportLength),
                    ByteOrder.BIG_ENDIAN);
        }
        if (isTcp) {
            tcp.wrap(out, offset + transport);
            tcp.sequence(tcp.sequence() + position);
            if (!isDone) {
                tcp.flags(tcp.flags() & ~(TcpFlags.FIN | TcpFlags.PSH));
            }
        } else {
            udp.wrap(out, offset + transport).length(transportLength);
        }
        // The field holds the pseudo-header's sum, which has the length as a summand: exchange it (RFC 1624).
        final int wholeLength = headersLength - transport + payloadLength;
        final long pseudo = field(out, offset) + (~wholeLength & LOW_16) + (long) transportLength;
        out.putShort(offset + checksumPlace, (short) InternetChecksum.fold(pseudo), ByteOrder.BIG_ENDIAN);
    }

    /// Completes the checksum, whose field holds the pseudo-header's sum.
    private void sum(final UnsafeBuffer out, final int offset) {
        long sum = InternetChecksum.sum(out, offset + transport, headersLength - transport, 0);
        sum = InternetChecksum.sum(payload, firstOffset, firstLength, sum);
        final int second = InternetChecksum.fold(InternetChecksum.sum(payload, secondOffset, secondLength, 0));
        // After an odd number of bytes each byte is the other half of its word (RFC 1071 section 2 (B)).
        sum += (firstLength & 1) == 0 ? second : (second & 0xff) << 8 | second >>> 8;
        final int checksum = InternetChecksum.complement(sum);
        // 0 would say "no checksum" in UDP (RFC 768) and means the same as 0xffff in TCP.
        out.putShort(offset + checksumPlace, (short) (checksum == 0 ? LOW_16 : checksum), ByteOrder.BIG_ENDIAN);
    }

    private int field(final UnsafeBuffer out, final int offset) {
        return out.getShort(offset + checksumPlace, ByteOrder.BIG_ENDIAN) & LOW_16;
    }
}
