package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.timer.Timer;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
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

    private final Ipv4Reassembly owner;
    private final FragmentMap map = new FragmentMap();
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final Ipv4Flyweight header = new Ipv4Flyweight();

    int state;
    int source;
    int destination;
    int protocol;
    int identification;
    long startedNs;

    private int headerLength;
    private int firstLength;
    private int highestEnd;
    private int payloadLength;

    PartialDatagram(final Ipv4Reassembly owner) {
        this.owner = owner;
    }

    /// Begins a datagram with the key of the fragment that `ip` views.
    void start(final Ipv4Flyweight ip, final long nowNs) {
        if (buffer.capacity() == 0) {
            // The pool takes memory by use: once for each place.
            buffer.wrap(ByteBuffer.allocateDirect(PAYLOAD_OFFSET + Ipv4Flyweight.MAX_TOTAL_LENGTH));
        }
        state = FILLING;
        source = ip.source();
        destination = ip.destination();
        protocol = ip.protocol();
        identification = ip.identification();
        startedNs = nowNs;
        headerLength = 0;
        firstLength = 0;
        highestEnd = 0;
        payloadLength = UNKNOWN;
        map.clear();
    }

    boolean hasKeyOf(final Ipv4Flyweight ip) {
        return identification == ip.identification()
                && source == ip.source()
                && destination == ip.destination()
                && protocol == ip.protocol();
    }

    /// Adds a fragment whose offset and length the caller has checked.
    ///
    /// @param packet holds the fragment from its IP header on, at `offset`
    /// @return [FragmentMap#NEW], [FragmentMap#DUPLICATE] or [FragmentMap#OVERLAP]; no byte is taken but for the
    /// first
    int add(final DirectBuffer packet, final int offset, final Ipv4Flyweight ip) {
        final int fragmentHeader = ip.headerLength();
        final int length = ip.totalLength() - fragmentHeader;
        final int begin = ip.fragmentOffset();
        final int end = begin + length;
        final boolean isLast = !ip.moreFragments();
        if (isLast ? (payloadLength != UNKNOWN && payloadLength != end) || highestEnd > end : isBeyondEnd(end)) {
            return FragmentMap.OVERLAP;
        }
        final int added = map.add(begin >>> 3, (end + 7) >>> 3);
        if (added != FragmentMap.NEW) {
            return added;
        }
        buffer.putBytes(PAYLOAD_OFFSET + begin, packet, offset + fragmentHeader, length);
        highestEnd = Math.max(highestEnd, end);
        if (isLast) {
            payloadLength = end;
        }
        if (begin == 0) {
            headerLength = fragmentHeader;
            firstLength = length;
            buffer.putBytes(PAYLOAD_OFFSET - fragmentHeader, packet, offset, fragmentHeader);
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

    /// Makes the header that of the whole datagram.
    void finish() {
        header.wrap(buffer, ipOffset())
                .totalLength(totalLength())
                .flagsAndOffset(0)
                .updateChecksum();
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
