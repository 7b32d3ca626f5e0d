package dev.tailrace.netstack.stack;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import dev.tailrace.netstack.wire.TcpFlyweight;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/// Where the guest's frames are read into, one behind the other, and those that stay there for a while: datagrams
/// until they are sent together, and bulk that lets messages pass.
///
/// Only frames of other connections pass: the bytes of one stay in order. What is held lies in the order it came,
/// from the oldest one to the free space, around the end of the area.
final class ReadArea {
    /// In place of an offset: what is there must be done with first.
    static final int NO_ROOM = -1;

    private static final int ALIGNMENT = 64;
    private static final int MOST_HELD = 16;

    /// A longer frame is a part of a stream's super-segment, which takes its time to be handed on.
    private static final int BULK_LENGTH = 1 << 14;

    private static final int UNKNOWN = -1;
    private static final int IP_OFFSET = LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH;
    private static final int IPV4_ADDRESSES = IP_OFFSET + Ipv4Flyweight.SOURCE_OFFSET;
    private static final int IPV6_ADDRESSES = IP_OFFSET + Ipv6Flyweight.SOURCE_OFFSET;
    private static final int IPV4_VERSION_AND_LENGTH = 0x45;
    private static final int PORTS_LENGTH = Integer.BYTES;

    private final UnsafeBuffer buffer;
    private final int[] offsets = new int[MOST_HELD];
    private final int[] lengths = new int[MOST_HELD];
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private int first;
    private int held;
    private int next;

    /// @param buffer 64-byte aligned, of four frames at least
    ReadArea(final UnsafeBuffer buffer) {
        this.buffer = buffer;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /// Where the next frame goes, or [#NO_ROOM].
    int room() {
        if (held == 0) {
            return next + LinkDevice.MAX_FRAME_LENGTH <= buffer.capacity() ? next : NO_ROOM;
        }
        if (held == MOST_HELD) {
            return NO_ROOM;
        }
        final int oldest = offsets[first];
        int end = oldest;
        if (next > oldest) {
            end = buffer.capacity();
            if (next + LinkDevice.MAX_FRAME_LENGTH > end) {
                next = 0;
                end = oldest;
            }
        }
        return next + LinkDevice.MAX_FRAME_LENGTH <= end ? next : NO_ROOM;
    }

    /// Has the frame stay that was read last.
    void keep(final int lengthBytes) {
        next += lengthBytes + ALIGNMENT - 1 & -ALIGNMENT;
    }

    /// Nothing is needed any more but what is held.
    void clear() {
        if (held == 0) {
            next = 0;
        }
    }

    /// Holds the frame that was read last if it is bulk, or belongs to the connection of one that is held.
    ///
    /// @param exceptPorts source and destination port of a connection whose bulk is not held, each 16 bits
    /// @return whether it was taken
    boolean hold(final int lengthBytes, final int exceptPorts) {
        final int addresses = addressesOffset(next, lengthBytes);
        if (addresses == UNKNOWN || lengthBytes > LinkDevice.MAX_FRAME_LENGTH) {
            return false;
        }
        final boolean isBulk = lengthBytes > BULK_LENGTH
                && buffer.getInt(addresses + addressesLength(addresses), ByteOrder.BIG_ENDIAN) != exceptPorts;
        if (!isBulk && !isOfHeld(addresses)) {
            return false;
        }
        final int last = (first + held) % MOST_HELD;
        offsets[last] = next;
        lengths[last] = lengthBytes;
        held++;
        keep(lengthBytes);
        return true;
    }

    boolean isHolding() {
        return held > 0;
    }

    /// The oldest one that is held.
    int heldOffset() {
        return offsets[first];
    }

    int heldLength() {
        return lengths[first];
    }

    /// The oldest one is done with.
    void release() {
        first = (first + 1) % MOST_HELD;
        held--;
    }

    private boolean isOfHeld(final int addresses) {
        for (int i = 0; i < held; i++) {
            final int index = (first + i) % MOST_HELD;
            final int others = addressesOffset(offsets[index], lengths[index]);
            if (others - offsets[index] == addresses - next && isSame(addresses, others)) {
                return true;
            }
        }
        return false;
    }

    /// Compares the addresses and ports of two frames of one version of IP.
    private boolean isSame(final int one, final int other) {
        final int lengthBytes = addressesLength(one) + PORTS_LENGTH;
        for (int i = 0; i < lengthBytes; i += Integer.BYTES) {
            if (buffer.getInt(one + i) != buffer.getInt(other + i)) {
                return false;
            }
        }
        return true;
    }

    /// Of both addresses in the frame that was read last.
    private int addressesLength(final int addresses) {
        return addresses - next == IPV4_ADDRESSES ? 2 * Integer.BYTES : 4 * Long.BYTES;
    }

    /// Where the addresses are that the ports follow, or [#UNKNOWN] for all but plain TCP: no IP options, no extension
    /// headers. Such frames pass, like those of other protocols: IP keeps no order.
    private int addressesOffset(final int offset, final int lengthBytes) {
        final int etherType =
                ethernet.wrap(buffer, offset + LinkDevice.VNET_HEADER_LENGTH).etherType();
        final int ip = offset + IP_OFFSET;
        if (etherType == EtherType.IPV4) {
            final boolean isPlain = lengthBytes >= IP_OFFSET + Ipv4Flyweight.HEADER_LENGTH + TcpFlyweight.HEADER_LENGTH
                    && buffer.getByte(ip) == IPV4_VERSION_AND_LENGTH
                    && buffer.getByte(ip + Ipv4Flyweight.PROTOCOL_OFFSET) == IpProtocol.TCP;
            return isPlain ? offset + IPV4_ADDRESSES : UNKNOWN;
        }
        final boolean isPlain = etherType == EtherType.IPV6
                && lengthBytes >= IP_OFFSET + Ipv6Flyweight.HEADER_LENGTH + TcpFlyweight.HEADER_LENGTH
                && buffer.getByte(ip + Ipv6Flyweight.NEXT_HEADER_OFFSET) == IpProtocol.TCP;
        return isPlain ? offset + IPV6_ADDRESSES : UNKNOWN;
    }
}
