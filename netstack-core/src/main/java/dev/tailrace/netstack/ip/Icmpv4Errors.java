package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.Icmpv4Flyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Makes ICMP errors about packets of the guest (RFC 792, RFC 1122 section 3.2.2, RFC 1812 section 4.3.2).
///
/// No error is made about an ICMP error, a fragment but the first, or a packet from or to an address that is not one
/// host's, and no more than [IcmpRate] allows.
final class Icmpv4Errors {
    static final int HOP_LIMIT = 64;

    /// Most bytes quoted: the error is a packet of 576 bytes at most (RFC 1812 section 4.3.2.3).
    static final int MAX_QUOTE_LENGTH = 548;

    private final VirtualNetwork network;
    private final IcmpRate rate;
    private final Counters counters;
    private final UnsafeBuffer message =
            new UnsafeBuffer(ByteBuffer.allocateDirect(Icmpv4Flyweight.HEADER_LENGTH + MAX_QUOTE_LENGTH));
    private final Icmpv4Flyweight icmp = new Icmpv4Flyweight().wrap(message, 0);
    private final Ipv4Flyweight quoted = new Ipv4Flyweight().wrap(message, Icmpv4Flyweight.HEADER_LENGTH);

    Icmpv4Errors(final VirtualNetwork network, final IcmpRate rate, final Counters counters) {
        this.network = network;
        this.rate = rate;
        this.counters = counters;
    }

    /// Makes the error, if there may be one.
    ///
    /// @return the length of [#message] in bytes, or 0 for no error
    int make(
            final int type,
            final int code,
            final int mtu,
            final DirectBuffer packet,
            final int offset,
            final int length,
            final long nowNs) {
        final int quotedLength = Math.min(length, MAX_QUOTE_LENGTH);
        message.putBytes(Icmpv4Flyweight.HEADER_LENGTH, packet, offset, quotedLength);
        if (!isQuotable(quotedLength)) {
            return 0;
        }
        if (!rate.take(nowNs)) {
            counters.increment(Counter.DROP_ICMP_RATE);
            return 0;
        }
        // The fields that a type leaves unused are 0, never what the message before left there.
        message.setMemory(0, Icmpv4Flyweight.HEADER_LENGTH, (byte) 0);
        icmp.type(type).code(code);
        if (type == Icmpv4Flyweight.UNREACHABLE && code == Icmpv4Flyweight.FRAGMENTATION_NEEDED) {
            icmp.mtu(mtu);
        }
        final int messageLength = Icmpv4Flyweight.HEADER_LENGTH + quotedLength;
        icmp.checksum(InternetChecksum.complement(InternetChecksum.sum(message, 0, messageLength, 0)));
        return messageLength;
    }

    /// The message made last.
    DirectBuffer message() {
        return message;
    }

    /// Who gets the message made last: the source of the packet it quotes.
    int destination() {
        return quoted.source();
    }

    /// Whether the packet just copied, of which there are `length` bytes, may be answered with an error.
    private boolean isQuotable(final int length) {
        if (length < Ipv4Flyweight.HEADER_LENGTH || quoted.version() != 4) {
            return false;
        }
        final int headerLength = quoted.headerLength();
        if (headerLength < Ipv4Flyweight.HEADER_LENGTH || headerLength > length) {
            return false;
        }
        if (quoted.fragmentOffset() != 0 || !isOneHost(quoted.source()) || !isOneHost(quoted.destination())) {
            return false;
        }
        if (quoted.protocol() != IpProtocol.ICMP) {
            return true;
        }
        final int typeOffset = Icmpv4Flyweight.HEADER_LENGTH + headerLength;
        return length > headerLength && isQuery(message.getByte(typeOffset) & 0xff);
    }

    /// Echo, timestamp, information and address mask messages are no errors (RFC 792, RFC 950).
    private static boolean isQuery(final int type) {
        return type == Icmpv4Flyweight.ECHO_REQUEST || type == Icmpv4Flyweight.ECHO_REPLY || (type >= 13 && type <= 18);
    }

    private boolean isOneHost(final int address) {
        return VirtualNetwork.isUnicast(address) && address != network.broadcast();
    }
}
