package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/// The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of big-endian 16-bit words.
///
/// A *sum* here is unfolded: a long whose 16-bit ones' complement value [#fold] makes. Sums add up with `+`. Every part
/// but the last must have an even length.
public final class InternetChecksum {
    private static final int IPV4_CHECKSUM_OFFSET = 10;

    private InternetChecksum() {}

    /// Adds `length` bytes to `initial`; an odd last byte counts as the upper half of a word.
    ///
    /// @return an unfolded sum, at most `initial + 0xffff`
    public static long sum(final DirectBuffer buffer, final int offset, final int length, final long initial) {
        // The sum does not depend on byte order but for a swap of the result (RFC 1071 section 2 (B)): add the halves
        // of
        // little-endian longs. 2^33 per step leaves room for 2^31 steps.
        final int end = offset + length;
        int index = offset;
        long first = 0;
        long second = 0;
        for (final int bulkEnd = offset + (length & ~15); index < bulkEnd; index += 16) {
            final long a = buffer.getLong(index, ByteOrder.LITTLE_ENDIAN);
            final long b = buffer.getLong(index + 8, ByteOrder.LITTLE_ENDIAN);
            first += (a & 0xffff_ffffL) + (a >>> 32);
            second += (b & 0xffff_ffffL) + (b >>> 32);
        }
        long sum = first + second;
        if (end - index >= 8) {
            final long a = buffer.getLong(index, ByteOrder.LITTLE_ENDIAN);
            sum += (a & 0xffff_ffffL) + (a >>> 32);
            index += 8;
        }
        if (end - index >= 4) {
            sum += buffer.getInt(index, ByteOrder.LITTLE_ENDIAN) & 0xffff_ffffL;
            index += 4;
        }
        if (end - index >= 2) {
            sum += buffer.getShort(index, ByteOrder.LITTLE_ENDIAN) & 0xffff;
            index += 2;
        }
        if (index < end) {
            sum += buffer.getByte(index) & 0xff;
        }
        return initial + swap(fold(sum));
    }

    /// The ones' complement 16-bit value of an unfolded sum: what a partial checksum field holds.
    public static int fold(final long sum) {
        final long folded32 = (sum & 0xffff_ffffL) + (sum >>> 32);
        final long folded17 = (folded32 & 0xffff) + (folded32 >>> 16);
        final int folded16 = (int) ((folded17 & 0xffff) + (folded17 >>> 16));
        return (folded16 & 0xffff) + (folded16 >>> 16);
    }

    /// The value of a checksum field for data with this sum. UDP sends 0xffff instead of 0 (RFC 768).
    public static int complement(final long sum) {
        return ~fold(sum) & 0xffff;
    }

    /// Whether a sum over data that holds its own checksum, with the pseudo-header where there is one, is right.
    public static boolean isValid(final long sum) {
        return fold(sum) == 0xffff;
    }

    /// The sum of an IPv4 pseudo-header (RFC 9293 section 3.1).
    ///
    /// @param length of transport header and payload in bytes
    public static long ipv4PseudoHeader(final int source, final int destination, final int protocol, final int length) {
        return (source & 0xffff_ffffL) + (destination & 0xffff_ffffL) + protocol + length;
    }

    /// The sum of an IPv6 pseudo-header (RFC 8200 section 8.1).
    ///
    /// @param protocol of the transport, not of an extension header
    /// @param length of transport header and payload in bytes
    public static long ipv6PseudoHeader(
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final int protocol,
            final int length) {
        return half(sourceHi) + half(sourceLo) + half(destinationHi) + half(destinationLo) + protocol + length;
    }

    /// The sum of a pseudo-header of either family: IPv4 where the destination is IPv4-mapped.
    public static long pseudoHeader(
            final long sourceHi,
            final long sourceLo,
            final long destinationHi,
            final long destinationLo,
            final int protocol,
            final int length) {
        return IpAddress.isIpv4(destinationHi, destinationLo)
                ? ipv4PseudoHeader(IpAddress.ipv4(sourceLo), IpAddress.ipv4(destinationLo), protocol, length)
                : ipv6PseudoHeader(sourceHi, sourceLo, destinationHi, destinationLo, protocol, length);
    }

    private static long half(final long value) {
        return (value >>> 32) + (value & 0xffff_ffffL);
    }

    /// The header checksum to write for the IPv4 header at `offset`, whatever its checksum field holds now.
    ///
    /// @param length of the header in bytes, a multiple of 4, at least 20
    public static int ipv4Header(final DirectBuffer buffer, final int offset, final int length) {
        final long before = sum(buffer, offset, IPV4_CHECKSUM_OFFSET, 0);
        final int rest = IPV4_CHECKSUM_OFFSET + 2;
        return complement(sum(buffer, offset + rest, length - rest, before));
    }

    /// Whether the IPv4 header at `offset` has the right checksum.
    public static boolean isIpv4HeaderValid(final DirectBuffer buffer, final int offset, final int length) {
        return isValid(sum(buffer, offset, length, 0));
    }

    private static int swap(final int folded) {
        return (folded & 0xff) << 8 | folded >>> 8;
    }
}
