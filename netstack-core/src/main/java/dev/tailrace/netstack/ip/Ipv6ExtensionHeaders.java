package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.wire.Icmpv6Flyweight;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import org.agrona.DirectBuffer;

/// Walks the chain of extension headers (RFC 8200 section 4) up to a fragment header or the transport's.
///
/// A chain has [#MAX_HEADERS] headers at most, each within the packet. Hop-by-hop options come first or not at all. An
/// option that is not known decides by its number what happens. A source route that is not used up ends the packet (RFC
/// 5095).
final class Ipv6ExtensionHeaders {
    static final int MAX_HEADERS = 8;

    /// Answers of [#walk]: the transport's header or a fragment header was found.
    static final int FOUND = 0;

    /// The packet is to be dropped in silence.
    static final int BAD = 1;

    /// The packet is to be answered with a parameter problem.
    static final int PROBLEM = 2;

    private static final int UNIT = 8;
    private static final int PAD_1 = 0;
    private static final int PAD_N = 1;
    private static final int ROUTER_ALERT = 5;

    /// What is found: a protocol, or [IpProtocol#FRAGMENT].
    int protocol;

    /// Where its header starts in the buffer.
    int offset;

    /// Code of the parameter problem, and where it is, from the IP header on.
    int problemCode;

    int problemPointer;

    /// Walks from the header behind the IPv6 header, or behind a fragment header that was taken off.
    ///
    /// @param ipOffset start of the IPv6 header
    /// @param end of the packet in the buffer
    int walk(final DirectBuffer buffer, final int ipOffset, final int end, final int firstHeader) {
        int header = firstHeader;
        int at = ipOffset + Ipv6Flyweight.HEADER_LENGTH;
        int typeAt = ipOffset + Ipv6Flyweight.NEXT_HEADER_OFFSET;
        for (int count = 0; count <= MAX_HEADERS; count++) {
            if (!isExtension(header)) {
                protocol = header;
                offset = at;
                return FOUND;
            }
            if (header == IpProtocol.HOP_BY_HOP && count > 0) {
                return problem(Icmpv6Flyweight.UNRECOGNIZED_NEXT_HEADER, typeAt - ipOffset);
            }
            final int length = end - at < UNIT ? UNIT + end : ((buffer.getByte(at + 1) & 0xff) + 1) * UNIT;
            if (length > end - at) {
                return BAD;
            }
            final int result = header == IpProtocol.ROUTING
                    ? routing(buffer, ipOffset, at)
                    : options(buffer, ipOffset, at, length);
            if (result != FOUND) {
                return result;
            }
            header = buffer.getByte(at) & 0xff;
            typeAt = at;
            at += length;
        }
        return BAD;
    }

    private static boolean isExtension(final int header) {
        return header == IpProtocol.HOP_BY_HOP
                || header == IpProtocol.ROUTING
                || header == IpProtocol.DESTINATION_OPTIONS;
    }

    private int routing(final DirectBuffer buffer, final int ipOffset, final int at) {
        return buffer.getByte(at + 3) == 0 ? FOUND : problem(Icmpv6Flyweight.ERRONEOUS_FIELD, at + 2 - ipOffset);
    }

    private int options(final DirectBuffer buffer, final int ipOffset, final int from, final int length) {
        final int end = from + length;
        int at = from + 2;
        while (at < end) {
            final int type = buffer.getByte(at) & 0xff;
            if (type == PAD_1) {
                at++;
                continue;
            }
            if (end - at < 2 || (buffer.getByte(at + 1) & 0xff) > end - at - 2) {
                return BAD;
            }
            if (type != PAD_N && type != ROUTER_ALERT) {
                // The two highest bits say what to do with an option that is not known (RFC 8200 section 4.2).
                final int action = type >>> 6;
                if (action != 0) {
                    return action == 1 ? BAD : problem(Icmpv6Flyweight.UNRECOGNIZED_OPTION, at - ipOffset);
                }
            }
            at += 2 + (buffer.getByte(at + 1) & 0xff);
        }
        return FOUND;
    }

    private int problem(final int code, final int pointer) {
        problemCode = code;
        problemPointer = pointer;
        return PROBLEM;
    }
}
