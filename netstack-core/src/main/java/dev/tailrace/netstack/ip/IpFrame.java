package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// The headers of one frame towards the guest, in one family. Payload is never here: it is gathered from its place.
///
/// ```
///   0         10            24                 transportOffset
///   | vnet 10 | Ethernet 14 | IPv4 20, IPv6 40 | transport header, up to 60 |
/// ```
public abstract class IpFrame {
    static final int ETHERNET_OFFSET = LinkDevice.VNET_HEADER_LENGTH;
    static final int IP_OFFSET = ETHERNET_OFFSET + EthernetFlyweight.HEADER_LENGTH;

    private static final int ALIGNMENT = 64;

    private final UnsafeBuffer headers;
    private final int transportOffset;
    private final VirtioNetHeaderFlyweight vnet = new VirtioNetHeaderFlyweight();
    private final EthernetFlyweight ethernet = new EthernetFlyweight();

    IpFrame(final int ipHeaderLength, final int etherType, final long sourceMac) {
        transportOffset = IP_OFFSET + ipHeaderLength;
        headers = new UnsafeBuffer(
                BufferUtil.allocateDirectAligned(transportOffset + TcpFlyweight.MAX_HEADER_LENGTH, ALIGNMENT));
        vnet.wrap(headers, 0);
        ethernet.wrap(headers, ETHERNET_OFFSET).source(sourceMac).etherType(etherType);
    }

    /// Holds the headers, from the virtio-net header at 0 on.
    public final UnsafeBuffer headers() {
        return headers;
    }

    /// Where the transport header goes.
    public final int transportOffset() {
        return transportOffset;
    }

    /// Where the transport header starts behind the Ethernet header's start: `csum_start`.
    public final int checksumStart() {
        return transportOffset - ETHERNET_OFFSET;
    }

    /// Length of the IP header in bytes.
    public final int ipHeaderLength() {
        return transportOffset - IP_OFFSET;
    }

    /// The virtio-net header.
    public final VirtioNetHeaderFlyweight vnet() {
        return vnet;
    }

    /// The Ethernet header; its source and type are in place.
    public final EthernetFlyweight ethernet() {
        return ethernet;
    }

    /// Longest transport header with payload, in bytes.
    public abstract int maxTransportLength();

    /// `gso_type` of a TCP super-segment.
    public abstract int tcpGsoType();

    /// Writes the IP header.
    ///
    /// @param transportLength of transport header and payload, in bytes
    /// @param mayFragment whether routers may cut it; IPv4 only
    /// @param segments how many packets the kernel makes of this one
    public abstract void ipHeader(
            int transportLength,
            int protocol,
            int hopLimit,
            boolean mayFragment,
            int segments,
            long sourceHi,
            long sourceLo,
            long destinationHi,
            long destinationLo);

    /// Most payload bytes of one fragment but the last: a multiple of 8.
    abstract int fragmentBytes(int mtu);

    /// The identification of the next fragmented datagram.
    abstract int nextFragmentation();

    /// Makes the headers those of a fragment. The transport header, if in it, is moved to its place in the fragment.
    ///
    /// @param headerBytes of the transport header that are in this fragment
    /// @param bytes of transport header and payload in it
    /// @param position where they belong in the datagram, in bytes
    /// @return length of all headers in bytes
    abstract int fragmentHeader(
            int identification,
            int protocol,
            int hopLimit,
            int headerBytes,
            int bytes,
            int position,
            boolean isLast,
            long sourceHi,
            long sourceLo,
            long destinationHi,
            long destinationLo);
}
