package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.timer.Timer;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// One datagram in reassembly; its timer is the reassembly timeout.
///
/// ```
///   buffer: 0            64 - header length      64                                    65,600
///           | not used   | header of the first   | payload by fragment offset          |
/// ```
final class PartialDatagram extends Timer {
    /// Holds nothing.
    static final int FREE = 0;

    /// Waits for more fragments.
    static final int FILLING = 1;

    /// Was given up; further fragments of it are dropped until the timeout (RFC 5722 section 4).
    static final int POISONED = 2;

    /// Is complete and was handed to the transport, which may still look at it.
    static final int HANDED_OUT = 3;

    private static final int PAYLOAD_OFFSET = 64;
    private static final int UNKNOWN = -1;

    private final Reassembly owner;
    private final FragmentMap map = new FragmentMap();
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();

    int state;
    long startedNs;

    private boolean isIpv4;
    private long sourceHi;
    private long sourceLo;
    private long destinationHi;
    private long destinationLo;
    private int protocol;
    private int identification;

    private int headerLength;
    private int firstLength;
    private int highestEnd;
    private int payloadLength;

    PartialDatagram(final Reassembly owner) {
        this.owner = owner;
    }

    /// Begins a datagram with the key of the fragment.
    void start(final Fragment fragment, final long nowNs) {
        if (buffer.capacity() == 0) {
            // The pool takes memory by use: once for each place.
            buffer.wrap(ByteBuffer.allocateDirect(PAYLOAD_OFFSET + Ipv4Flyweight.MAX_TOTAL_LENGTH));
        }
        state = FILLING;
        isIpv4 = fragment.isIpv4;
        sourceHi = fragment.sourceHi;
        sourceLo = fragment.sourceLo;
        destinationHi = fragment.destinationHi;
        destinationLo = fragment.destinationLo;
        protocol = fragment.protocol;
        identification = fragment.identification;
        startedNs = nowNs;
        headerLength = 0;
        firstLength = 0;
        highestEnd = 0;
        payloadLength = UNKNOWN;
        map.clear();
    }

    /// The key of IPv6 has no protocol: only the first fragment's counts (RFC 8200 section 4.5).
    boolean hasKeyOf(final Fragment fragment) {
        return identification == fragment.identification
                && sourceLo == fragment.sourceLo
                && destinationLo == fragment.destinationLo
                && sourceHi == fragment.sourceHi
                && destinationHi == fragment.destinationHi
                && isIpv4 == fragment.isIpv4
                && (!isIpv4 || protocol == fragment.protocol);
    }

    /// Adds a fragment whose position and length the caller has checked.
    ///
    /// @param packet holds the fragment
    /// @return [FragmentMap#NEW], [FragmentMap#DUPLICATE] or [FragmentMap#OVERLAP]; no byte is taken
    /// but for the first
    int add(final DirectBuffer packet, final Fragment fragment) {
        final int begin = fragment.position;
        final int end = begin + fragment.payloadLength;
        final boolean isLast = fragment.isLast;
        if (isLast ? (payloadLength != UNKNOWN && payloadLength != end) || highestEnd > end : isBeyondEnd(end)) {
            return FragmentMap.OVERLAP;
        }
        final int added = map.add(begin >>> 3, (end + 7) >>> 3);
        if (added != FragmentMap.NEW) {
            return added;
        }
        buffer.putBytes(PAYLOAD_OFFSET + begin, packet, fragment.payloadOffset, fragment.payloadLength);
        highestEnd = Math.max(highestEnd, end);
        if (isLast) {
            payloadLength = end;
        }
        if (begin == 0) {
            protocol = fragment.protocol;
            headerLength = fragment.headerLength;
            firstLength = fragment.payloadLength;
            buffer.putBytes(PAYLOAD_OFFSET - headerLength, packet, fragment.headerOffset, headerLength);
            if (!isIpv4) {
                ipv6.wrap(buffer, ipOffset()).nextHeader(protocol).payloadLength(firstLength);
            }
        }
        return added;
    }

    private boolean isBeyondEnd(final int end) {
        return payloadLength != UNKNOWN && end > payloadLength;
    }

    /// Whether the first fragment is there, and with it the IP header.
    boolean hasFirst() {
        return headerLength != 0;
    }

    boolean isComplete() {
        return hasFirst() && payloadLength != UNKNOWN && map.count() == (payloadLength + 7) >>> 3;
    }

    /// Whether header and payload together are no longer than a datagram can be.
    boolean isSendable() {
        return isIpv4
                ? totalLength() <= Ipv4Flyweight.MAX_TOTAL_LENGTH
                : payloadLength <= Ipv6Flyweight.MAX_PAYLOAD_LENGTH;
    }

    /// Makes the header that of the whole datagram.
    void finish() {
        if (isIpv4) {
            ipv4.wrap(buffer, ipOffset())
                    .totalLength(totalLength())
                    .flagsAndOffset(0)
                    .updateChecksum();
        } else {
            ipv6.wrap(buffer, ipOffset()).payloadLength(payloadLength);
        }
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /// Where the IP header starts in the buffer.
    int ipOffset() {
        return PAYLOAD_OFFSET - headerLength;
    }

    /// Length of header and payload of the whole datagram in bytes; meaningful when complete.
    int totalLength() {
        return headerLength + payloadLength;
    }

    /// Length of header and payload of the first fragment in bytes.
    int firstFragmentLength() {
        return headerLength + firstLength;
    }

    @Override
    public void onTimeout(final long nowNs) {
        owner.onTimeout(this, nowNs);
    }
}
