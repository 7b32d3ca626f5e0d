package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// One checked IP packet on its way in. One instance, owned by the stack, refilled for each packet.
///
/// ```
/// buffer: ... | IP header (+ options) | transport header + payload | ...
///             ^ ipOffset              ^ transportOffset
///                                     |<------ transportLength ---->|
/// ```
public final class IngressPacket {
    /// Holds the packet: the read slot, or a reassembly buffer.
    public final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);

    /// Start of the IP header in `buffer`.
    public int ipOffset;

    /// Start of the transport header in `buffer`.
    public int transportOffset;

    /// Length of transport header and payload in bytes, as the IP header says.
    public int transportLength;

    /// IP protocol number (IANA): 1 ICMP, 6 TCP, 17 UDP.
    public int protocol;

    /// TTL or hop limit as received.
    public int hopLimit;

    public long sourceHi;
    public long sourceLo;
    public long destinationHi;
    public long destinationLo;

    /// Ethernet source address in the low 48 bits.
    public long sourceMac;

    /// Payload bytes per segment of a GSO frame (`gso_size`), or 0 for a single segment.
    public int segmentBytes;

    /// Whether the transport checksum is only partial (VIRTIO_NET_HDR_F_NEEDS_CSUM): made locally, nothing to
    /// verify.
    public boolean checksumPartial;

    /// Whether it came in fragments: no vnet and Ethernet headers are before it in `buffer` then.
    public boolean isReassembled;

    /// Whether both addresses are IPv4.
    public boolean isIpv4() {
        return IpAddress.isIpv4(destinationHi, destinationLo);
    }

    /// Length of IP header, extension headers, transport header and payload in bytes.
    public int ipLength() {
        return transportOffset - ipOffset + transportLength;
    }

    /// The sum of the pseudo-header, for the whole transport length.
    public long pseudoHeader() {
        return InternetChecksum.pseudoHeader(
                sourceHi, sourceLo, destinationHi, destinationLo, protocol, transportLength);
    }

    /// Whether the transport's checksum, which covers header and payload, is right.
    public boolean isTransportChecksumValid() {
        return InternetChecksum.isValid(InternetChecksum.sum(buffer, transportOffset, transportLength, pseudoHeader()));
    }

    /// Makes `buffer` the one that holds the packet.
    void wrap(final MutableDirectBuffer holder) {
        if (buffer.addressOffset() != holder.addressOffset()
                || buffer.byteArray() != holder.byteArray()
                || buffer.capacity() != holder.capacity()) {
            buffer.wrap(holder);
        }
    }
}
