package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.UdpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/// Holds a frame's virtio-net header to what the packet behind it is. Nothing of it is trusted: it may come from a
/// program instead of a kernel.
final class OffloadHeader {
    /// Most datagrams in one frame (`UDP_MAX_SEGMENTS`, linux/udp.h): without a bound, one frame of a guest that makes
    /// its own virtio-net headers would become 65,000 datagrams.
    private static final int MAX_DATAGRAMS = 128;

    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight();
    private int ethernetOffset;

    /// Payload bytes per segment, 0 for one segment; after [#accept].
    int segmentBytes;

    /// Whether the transport's checksum was left open; after [#accept].
    boolean isTransportPartial;

    /// Views the header at `frameOffset`.
    OffloadHeader wrap(final MutableDirectBuffer frame, final int frameOffset) {
        vnet.wrap(frame, frameOffset);
        ethernetOffset = frameOffset + LinkDevice.VNET_HEADER_LENGTH;
        return this;
    }

    /// Whether it asks for anything. In a fragment that makes no sense: a sender without a kernel made it.
    boolean isOffloaded() {
        return isPartial() || vnet.gsoType() != VirtioNetHeaderFlyweight.GSO_NONE;
    }

    /// Checks the header of a whole packet. A checksum left open that is not the transport's (a tunnel's in UDP) is
    /// made here, as a device would.
    ///
    /// @param tcpGsoType what a TCP super-segment of this family has
    /// @param end of the packet in `frame`
    /// @return whether the packet can be what the header says
    boolean accept(
            final MutableDirectBuffer frame,
            final int tcpGsoType,
            final int protocol,
            final int transportOffset,
            final int end) {
        segmentBytes = segmentBytes(tcpGsoType, protocol, end - transportOffset - UdpFlyweight.HEADER_LENGTH);
        isTransportPartial = false;
        if (segmentBytes < 0 || (isPartial() && !isPlaceGood(transportOffset, end))) {
            return false;
        }
        if (isPartial()) {
            isTransportPartial = isTransportChecksum(protocol, transportOffset);
            if (!isTransportPartial) {
                complete(frame, end);
            }
        }
        return true;
    }

    private boolean isPartial() {
        return (vnet.flags() & VirtioNetHeaderFlyweight.NEEDS_CSUM) != 0;
    }

    /// Payload bytes per segment, 0 for one segment, or -1 when the header asks for what the packet cannot be.
    private int segmentBytes(final int tcpGsoType, final int protocol, final int datagramBytes) {
        final int gsoType = vnet.gsoType() & ~VirtioNetHeaderFlyweight.GSO_ECN;
        if (gsoType == VirtioNetHeaderFlyweight.GSO_NONE) {
            return 0;
        }
        final boolean isTcp = gsoType == tcpGsoType && protocol == IpProtocol.TCP;
        final boolean isUdp = gsoType == VirtioNetHeaderFlyweight.GSO_UDP_L4 && protocol == IpProtocol.UDP;
        final int size = vnet.gsoSize();
        if (!(isTcp || isUdp) || size == 0) {
            return -1;
        }
        return isTcp || datagramBytes <= MAX_DATAGRAMS * size ? size : -1;
    }

    /// Whether the checksum to be made lies in the packet, behind the IP header.
    private boolean isPlaceGood(final int transportOffset, final int end) {
        final int start = ethernetOffset + vnet.checksumStart();
        return start >= transportOffset && start + vnet.checksumOffset() + 2 <= end;
    }

    private boolean isTransportChecksum(final int protocol, final int transportOffset) {
        final int place = protocol == IpProtocol.TCP ? TcpFlyweight.CHECKSUM_OFFSET : UdpFlyweight.CHECKSUM_OFFSET;
        return ethernetOffset + vnet.checksumStart() == transportOffset
                && vnet.checksumOffset() == place
                && (protocol == IpProtocol.TCP || protocol == IpProtocol.UDP);
    }

    private void complete(final MutableDirectBuffer frame, final int end) {
        final int start = ethernetOffset + vnet.checksumStart();
        final int checksum = InternetChecksum.complement(InternetChecksum.sum(frame, start, end - start, 0));
        final int written = checksum == 0 ? 0xffff : checksum;
        frame.putByte(start + vnet.checksumOffset(), (byte) (written >>> 8));
        frame.putByte(start + vnet.checksumOffset() + 1, (byte) written);
    }
}
