package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import dev.tailrace.netstack.wire.Ipv6FragmentFlyweight;
import dev.tailrace.netstack.wire.MacAddress;
import dev.tailrace.netstack.wire.VirtioNetHeaderFlyweight;
import org.agrona.MutableDirectBuffer;

/// Checks IPv6 packets of the guest and hands whole ones on. Owned by the stack.
///
/// What passes has: a right header, a source that is one host's and not ours (`::` for ICMPv6 only, RFC
/// 4862), a destination that is one host's (a group's for ICMPv6 only), a hop limit, extension headers
/// that ask for nothing we refuse, and a virtio-net header that agrees with it. An address that holds
/// an IPv4 address passes nowhere: in here it would mean that IPv4 address.
public final class Ipv6Ingress {
    private final VirtualNetwork network;
    private final Reassembly reassembly;
    private final IpOutput egress;
    private final Counters counters;

    private final OffloadHeader offload = new OffloadHeader();
    private final Ipv6Flyweight ip = new Ipv6Flyweight();
    private final Ipv6FragmentFlyweight fragmentHeader = new Ipv6FragmentFlyweight();
    private final Ipv6ExtensionHeaders extensions = new Ipv6ExtensionHeaders();
    private final Fragment fragment = new Fragment();

    /// @param reassembly takes the fragments
    /// @param egress takes parameter problems
    public Ipv6Ingress(
            final VirtualNetwork network, final Reassembly reassembly, final IpOutput egress, final Counters counters) {
        this.network = network;
        this.reassembly = reassembly;
        this.egress = egress;
        this.counters = counters;
    }

    /// Takes one frame. Its fragments may complete a datagram, which then lies in a reassembly buffer.
    ///
    /// @param frameOffset start of the virtio-net header; the Ethernet header follows it
    /// @param ipOffset start of the IPv6 header
    /// @param availableBytes from the IPv6 header to the end of the frame
    /// @param sourceMac of the frame
    /// @param packet filled when a packet is ready
    /// @return whether a packet is ready
    // hot path
    public boolean onPacket(
            final MutableDirectBuffer frame,
            final int frameOffset,
            final int ipOffset,
            final int availableBytes,
            final long sourceMac,
            final IngressPacket packet,
            final long nowNs) {
        ip.wrap(frame, ipOffset);
        if (!ip.check(availableBytes)) {
            counters.increment(Counter.DROP_IPV6_BAD);
            return false;
        }
        if (ip.hopLimit() == 0) {
            counters.increment(Counter.DROP_IPV6_HOP_LIMIT);
            return false;
        }
        final int end = ipOffset + Ipv6Flyweight.HEADER_LENGTH + ip.payloadLength();
        if (!walk(frame, ipOffset, end, ip.nextHeader(), nowNs) || !areAddressesGood(sourceMac)) {
            return false;
        }
        offload.wrap(frame, frameOffset);
        if (extensions.protocol == IpProtocol.FRAGMENT) {
            return onFragment(frame, ipOffset, end, sourceMac, packet, nowNs);
        }
        if (!offload.accept(frame, VirtioNetHeaderFlyweight.GSO_TCPV6, extensions.protocol, extensions.offset, end)) {
            counters.increment(Counter.DROP_VNET_HEADER_BAD);
            return false;
        }
        packet.isReassembled = false;
        packet.segmentBytes = offload.segmentBytes;
        packet.checksumPartial = offload.isTransportPartial;
        fill(packet, frame, ipOffset, end, sourceMac);
        return true;
    }

    private boolean walk(
            final MutableDirectBuffer buffer,
            final int ipOffset,
            final int end,
            final int nextHeader,
            final long nowNs) {
        final int result = extensions.walk(buffer, ipOffset, end, nextHeader);
        if (result == Ipv6ExtensionHeaders.FOUND) {
            return true;
        }
        counters.increment(Counter.DROP_IPV6_EXTENSION);
        if (result == Ipv6ExtensionHeaders.PROBLEM) {
            egress.parameterProblem(
                    extensions.problemCode, extensions.problemPointer, buffer, ipOffset, end - ipOffset, nowNs);
        }
        return false;
    }

    private boolean areAddressesGood(final long sourceMac) {
        final long sourceHi = ip.sourceHi();
        final long sourceLo = ip.sourceLo();
        final boolean isIcmp = extensions.protocol == IpProtocol.ICMPV6;
        final boolean isUnspecified = (sourceHi | sourceLo) == 0;
        final boolean isOneHost = Ipv6Network.isUnicast(sourceHi, sourceLo)
                && !network.isOurs(sourceHi, sourceLo)
                && network.isGuests(sourceHi, sourceLo);
        if (MacAddress.isMulticast(sourceMac) || !(isOneHost || (isUnspecified && isIcmp))) {
            counters.increment(Counter.DROP_IPV6_SOURCE);
            return false;
        }
        final long destinationHi = ip.destinationHi();
        final boolean isDestinationGood = Ipv6Network.isMulticast(destinationHi)
                ? isIcmp
                : Ipv6Network.isUnicast(destinationHi, ip.destinationLo());
        if (!isDestinationGood) {
            counters.increment(Counter.DROP_IPV6_DESTINATION);
        }
        return isDestinationGood;
    }

    private boolean onFragment(
            final MutableDirectBuffer frame,
            final int ipOffset,
            final int end,
            final long sourceMac,
            final IngressPacket packet,
            final long nowNs) {
        if (offload.isOffloaded()) {
            counters.increment(Counter.DROP_VNET_HEADER_BAD);
            return false;
        }
        final int at = extensions.offset;
        fragmentHeader.wrap(frame, at);
        if (!fragmentHeader.check(end - at)) {
            counters.increment(Counter.DROP_IPV6_EXTENSION);
            return false;
        }
        packet.isReassembled = true;
        packet.segmentBytes = 0;
        packet.checksumPartial = false;
        if (fragmentHeader.fragmentOffset() == 0 && !fragmentHeader.moreFragments()) {
            return onAtomic(frame, ipOffset, end, sourceMac, packet, nowNs);
        }
        if (!reassembly.onFragment(frame, fragment.ofIpv6(ipOffset, ip, at, fragmentHeader), nowNs)) {
            return false;
        }
        final MutableDirectBuffer whole = reassembly.buffer();
        final int wholeOffset = reassembly.ipOffset();
        final int wholeEnd = wholeOffset + reassembly.totalLength();
        ip.wrap(whole, wholeOffset);
        return onReassembled(whole, wholeOffset, wholeEnd, ip.nextHeader(), sourceMac, packet, nowNs);
    }

    /// A fragment that is a whole datagram has nothing to do with others of its identification (RFC 6946): its
    /// payload is moved up to where the fragment header was.
    private boolean onAtomic(
            final MutableDirectBuffer frame,
            final int ipOffset,
            final int end,
            final long sourceMac,
            final IngressPacket packet,
            final long nowNs) {
        final int payloadOffset = extensions.offset + Ipv6FragmentFlyweight.HEADER_LENGTH;
        final int nextHeader = fragmentHeader.nextHeader();
        final int moved = ipOffset + Ipv6Flyweight.HEADER_LENGTH;
        final int length = end - payloadOffset;
        frame.putBytes(moved, frame, payloadOffset, length);
        ip.nextHeader(nextHeader).payloadLength(length);
        return onReassembled(frame, ipOffset, moved + length, nextHeader, sourceMac, packet, nowNs);
    }

    /// What fragmentation carried starts with no hop-by-hop options and no other fragment header.
    private boolean onReassembled(
            final MutableDirectBuffer buffer,
            final int ipOffset,
            final int end,
            final int nextHeader,
            final long sourceMac,
            final IngressPacket packet,
            final long nowNs) {
        if (nextHeader == IpProtocol.HOP_BY_HOP) {
            counters.increment(Counter.DROP_IPV6_EXTENSION);
            return false;
        }
        if (!walk(buffer, ipOffset, end, nextHeader, nowNs)) {
            return false;
        }
        if (extensions.protocol == IpProtocol.FRAGMENT) {
            counters.increment(Counter.DROP_FRAGMENT_BAD);
            return false;
        }
        if (!areAddressesGood(sourceMac)) {
            return false;
        }
        fill(packet, buffer, ipOffset, end, sourceMac);
        return true;
    }

    private void fill(
            final IngressPacket packet,
            final MutableDirectBuffer buffer,
            final int ipOffset,
            final int end,
            final long sourceMac) {
        packet.wrap(buffer);
        packet.ipOffset = ipOffset;
        packet.transportOffset = extensions.offset;
        packet.transportLength = end - extensions.offset;
        packet.protocol = extensions.protocol;
        packet.hopLimit = ip.hopLimit();
        packet.sourceHi = ip.sourceHi();
        packet.sourceLo = ip.sourceLo();
        packet.destinationHi = ip.destinationHi();
        packet.destinationLo = ip.destinationLo();
        packet.sourceMac = sourceMac;
    }
}
