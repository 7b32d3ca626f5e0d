package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.Icmpv6Flyweight;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Makes ICMPv6 errors about packets of the guest (RFC 4443 section 2.4).
///
/// No error is made about an ICMPv6 error or a redirect, about a packet from or to an address that is not one host's,
/// nor more than [IcmpRate] allows. Extension headers of the packet are not looked through: what lies behind one is
/// taken for no error.
final class Icmpv6Errors {
    /// Most bytes quoted: the error is a packet of the least MTU, 1280 bytes, at most (RFC 4443 section 2.4 (c)).
    static final int MAX_QUOTE_LENGTH = 1280 - Ipv6Flyweight.HEADER_LENGTH - Icmpv6Flyweight.HEADER_LENGTH;

    private final VirtualNetwork network;
    private final IcmpRate rate;
    private final Counters counters;
    private final UnsafeBuffer message =
            new UnsafeBuffer(ByteBuffer.allocateDirect(Icmpv6Flyweight.HEADER_LENGTH + MAX_QUOTE_LENGTH));
    private final Icmpv6Flyweight icmp = new Icmpv6Flyweight().wrap(message, 0);
    private final Ipv6Flyweight quoted = new Ipv6Flyweight().wrap(message, Icmpv6Flyweight.HEADER_LENGTH);
    private long sourceHi;
    private long sourceLo;

    Icmpv6Errors(final VirtualNetwork network, final IcmpRate rate, final Counters counters) {
        this.network = network;
        this.rate = rate;
        this.counters = counters;
    }

    /// Makes the error, if there may be one.
    ///
    /// @param error `type << 8 | code`
    /// @param word MTU of packet too big, pointer of a parameter problem, else 0
    /// @param offenderHi source address of the error; both halves 0 for the gateway
    /// @return the length of [#message] in bytes, or 0 for no error
    int make(
            final int error,
            final int word,
            final long offenderHi,
            final long offenderLo,
            final DirectBuffer packet,
            final int offset,
            final int length,
            final long nowNs) {
        final int quotedLength = Math.min(length, MAX_QUOTE_LENGTH);
        message.putBytes(Icmpv6Flyweight.HEADER_LENGTH, packet, offset, quotedLength);
        if (!isQuotable(quotedLength)) {
            return 0;
        }
        if (!rate.take(nowNs)) {
            counters.increment(Counter.DROP_ICMP_RATE);
            return 0;
        }
        final boolean isAnonymous = (offenderHi | offenderLo) == 0;
        sourceHi = isAnonymous ? network.gatewayHi(false) : offenderHi;
        sourceLo = isAnonymous ? network.gatewayLo(false) : offenderLo;
        icmp.type(error >>> 8).code(error & 0xff).checksum(0).word(word);
        final int messageLength = Icmpv6Flyweight.HEADER_LENGTH + quotedLength;
        final long pseudoHeader = InternetChecksum.ipv6PseudoHeader(
                sourceHi, sourceLo, quoted.sourceHi(), quoted.sourceLo(), IpProtocol.ICMPV6, messageLength);
        icmp.checksum(InternetChecksum.complement(InternetChecksum.sum(message, 0, messageLength, pseudoHeader)));
        return messageLength;
    }

    /// The message made last.
    DirectBuffer message() {
        return message;
    }

    /// Who sends the message made last.
    long sourceHi() {
        return sourceHi;
    }

    long sourceLo() {
        return sourceLo;
    }

    /// Who gets the message made last: the source of the packet it quotes.
    long destinationHi() {
        return quoted.sourceHi();
    }

    long destinationLo() {
        return quoted.sourceLo();
    }

    /// Whether the packet just copied, of which there are `length` bytes, may be answered with an error.
    private boolean isQuotable(final int length) {
        if (length < Ipv6Flyweight.HEADER_LENGTH
                || quoted.version() != 6
                || !Ipv6Network.isUnicast(quoted.sourceHi(), quoted.sourceLo())
                || !Ipv6Network.isUnicast(quoted.destinationHi(), quoted.destinationLo())) {
            return false;
        }
        if (quoted.nextHeader() != IpProtocol.ICMPV6) {
            return true;
        }
        final int typeOffset = Icmpv6Flyweight.HEADER_LENGTH + Ipv6Flyweight.HEADER_LENGTH;
        final int type = length > Ipv6Flyweight.HEADER_LENGTH ? message.getByte(typeOffset) & 0xff : 0;
        return !Icmpv6Flyweight.isError(type) && type != Icmpv6Flyweight.REDIRECT;
    }
}
