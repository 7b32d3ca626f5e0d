package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import dev.tailrace.netstack.wire.Ipv6FragmentFlyweight;

/// What the headers of one fragment say, in either family. Refilled for each.
public final class Fragment {
    boolean isIpv4;
    long sourceHi;
    long sourceLo;
    long destinationHi;
    long destinationLo;
    int protocol;
    int identification;

    /// Where its payload belongs in the datagram, in bytes.
    int position;

    boolean isLast;

    /// Where the header that the whole datagram gets starts, and its length in bytes.
    int headerOffset;

    int headerLength;

    /// Where the payload starts, and its length in bytes.
    int payloadOffset;

    int payloadLength;

    /// Takes an IPv4 fragment.
    ///
    /// @param offset of its header; `ip` views it, checked
    public Fragment ofIpv4(final int offset, final Ipv4Flyweight ip) {
        isIpv4 = true;
        sourceHi = IpAddress.IPV4_HI;
        sourceLo = IpAddress.ipv4Lo(ip.source());
        destinationHi = IpAddress.IPV4_HI;
        destinationLo = IpAddress.ipv4Lo(ip.destination());
        protocol = ip.protocol();
        identification = ip.identification();
        position = ip.fragmentOffset();
        isLast = !ip.moreFragments();
        headerOffset = offset;
        headerLength = ip.headerLength();
        payloadOffset = offset + headerLength;
        payloadLength = ip.totalLength() - headerLength;
        return this;
    }

    /// Takes an IPv6 fragment. Extension headers before the fragment header have been obeyed and are left out.
    ///
    /// @param offset of its IPv6 header; `ip` views it, checked
    /// @param fragmentOffset of its fragment header; `fragment` views it, checked
    public Fragment ofIpv6(
            final int offset, final Ipv6Flyweight ip, final int fragmentOffset, final Ipv6FragmentFlyweight fragment) {
        isIpv4 = false;
        sourceHi = ip.sourceHi();
        sourceLo = ip.sourceLo();
        destinationHi = ip.destinationHi();
        destinationLo = ip.destinationLo();
        protocol = fragment.nextHeader();
        identification = fragment.identification();
        position = fragment.fragmentOffset();
        isLast = !fragment.moreFragments();
        headerOffset = offset;
        headerLength = Ipv6Flyweight.HEADER_LENGTH;
        payloadOffset = fragmentOffset + Ipv6FragmentFlyweight.HEADER_LENGTH;
        payloadLength = offset + Ipv6Flyweight.HEADER_LENGTH + ip.payloadLength() - payloadOffset;
        return this;
    }

    /// Longest payload of a datagram of this family that gets this header, in bytes.
    int maxPayloadLength() {
        return isIpv4 ? Ipv4Flyweight.MAX_TOTAL_LENGTH - headerLength : Ipv6Flyweight.MAX_PAYLOAD_LENGTH;
    }

    /// A fragment has payload, ends within what a datagram can hold, and at a multiple of 8 unless it is the last.
    boolean isWellFormed() {
        return payloadLength > 0
                && position + payloadLength <= maxPayloadLength()
                && (isLast || (payloadLength & 7) == 0);
    }
}
