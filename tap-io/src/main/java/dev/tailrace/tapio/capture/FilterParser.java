package dev.tailrace.tapio.capture;

import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.tapio.capture.CaptureFilter.FrameTest;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/// Reads the language of [CaptureFilter] by recursive descent. Used once.
final class FilterParser {
    private static final int MAX_LENGTH = 2048;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_PORT = 65_535;
    private static final int IPV4_BITS = 32;
    private static final int IPV6_BITS = 128;
    private static final String END = "";

    private final String text;
    private int position;
    private int start;
    private String token = END;
    private int depth;

    /// Which end of a frame a primitive looks at.
    private enum Side {
        EITHER,
        SOURCE,
        DESTINATION
    }

    private record Address(long hi, long lo) {
        boolean isIpv4() {
            return IpAddress.isIpv4(hi, lo);
        }
    }

    FilterParser(final String text) {
        this.text = text;
    }

    FrameTest parse() throws FilterException {
        if (text.length() > MAX_LENGTH) {
            throw new FilterException(MAX_LENGTH + 1, "a filter has " + MAX_LENGTH + " characters at most");
        }
        advance();
        final FrameTest test = expression();
        if (!token.equals(END)) {
            throw error("expected \"and\", \"or\" or the end");
        }
        return test;
    }

    private FrameTest expression() throws FilterException {
        FrameTest left = term();
        while (takes("or") || takes("||")) {
            final FrameTest first = left;
            final FrameTest second = term();
            left = fields -> first.test(fields) || second.test(fields);
        }
        return left;
    }

    private FrameTest term() throws FilterException {
        FrameTest left = factor();
        while (!token.equals(END) && !token.equals(")") && !token.equals("or") && !token.equals("||")) {
            if (!takes("and")) {
                takes("&&");
            }
            final FrameTest first = left;
            final FrameTest second = factor();
            left = fields -> first.test(fields) && second.test(fields);
        }
        return left;
    }

    private FrameTest factor() throws FilterException {
        if (++depth > MAX_DEPTH) {
            throw error("nested deeper than " + MAX_DEPTH);
        }
        final FrameTest test;
        if (takes("not") || takes("!")) {
            final FrameTest inner = factor();
            test = fields -> !inner.test(fields);
        } else if (takes("(")) {
            test = expression();
            if (!takes(")")) {
                throw error("expected \")\"");
            }
        } else {
            test = primitive();
        }
        depth--;
        return test;
    }

    private FrameTest primitive() throws FilterException {
        final Side side = takes("src") ? Side.SOURCE : takes("dst") ? Side.DESTINATION : Side.EITHER;
        if (takes("host")) {
            final Address address = address(token);
            advance();
            return network(side, address, -1L, -1L);
        }
        if (takes("net")) {
            return net(side);
        }
        if (takes("port")) {
            final int port = number(token, MAX_PORT, "a port from 0 to " + MAX_PORT);
            advance();
            return ports(side, port);
        }
        if (side != Side.EITHER) {
            throw error("expected \"host\", \"net\" or \"port\"");
        }
        final FrameTest test = protocol();
        advance();
        return test;
    }

    private FrameTest protocol() throws FilterException {
        return switch (token) {
            case "ip" -> fields -> fields.etherType == EtherType.IPV4;
            case "ip6" -> fields -> fields.etherType == EtherType.IPV6;
            case "arp" -> fields -> fields.etherType == EtherType.ARP;
            case "tcp" -> fields -> fields.protocol == IpProtocol.TCP;
            case "udp" -> fields -> fields.protocol == IpProtocol.UDP;
            case "icmp" -> fields -> fields.protocol == IpProtocol.ICMP && fields.etherType == EtherType.IPV4;
            case "icmp6" -> fields -> fields.protocol == IpProtocol.ICMPV6 && fields.etherType == EtherType.IPV6;
            default ->
                throw error("expected ip, ip6, arp, tcp, udp, icmp, icmp6, host, net, port, src, dst, not or \"(\"");
        };
    }

    private FrameTest net(final Side side) throws FilterException {
        final int slash = token.indexOf('/');
        if (slash < 0) {
            throw error("expected a network such as 10.0.2.0/24");
        }
        final String bits = token.substring(slash + 1);
        final Address address = address(token.substring(0, slash));
        final int most = address.isIpv4() ? IPV4_BITS : IPV6_BITS;
        final int length = number(bits, most, "a prefix length from 0 to " + most);
        advance();
        final int fixed = address.isIpv4() ? IPV6_BITS - IPV4_BITS + length : length;
        return network(side, address, mask(fixed), mask(fixed - Long.SIZE));
    }

    /// The highest `bits` bits of a half, all for 64 and more.
    private static long mask(final int bits) {
        return bits >= Long.SIZE ? -1L : bits <= 0 ? 0 : -1L << (Long.SIZE - bits);
    }

    private static FrameTest network(final Side side, final Address address, final long hiMask, final long loMask) {
        final long hi = address.hi & hiMask;
        final long lo = address.lo & loMask;
        final FrameTest source =
                fields -> fields.hasAddresses && (fields.sourceHi & hiMask) == hi && (fields.sourceLo & loMask) == lo;
        final FrameTest destination = fields ->
                fields.hasAddresses && (fields.destinationHi & hiMask) == hi && (fields.destinationLo & loMask) == lo;
        return on(side, source, destination);
    }

    private static FrameTest ports(final Side side, final int port) {
        return on(side, fields -> fields.sourcePort == port, fields -> fields.destinationPort == port);
    }

    private static FrameTest on(final Side side, final FrameTest source, final FrameTest destination) {
        return switch (side) {
            case SOURCE -> source;
            case DESTINATION -> destination;
            case EITHER -> fields -> source.test(fields) || destination.test(fields);
        };
    }

    private Address address(final String literal) throws FilterException {
        final long ipv4 = IpAddress.parseIpv4(literal);
        if (ipv4 >= 0) {
            return new Address(IpAddress.IPV4_HI, IpAddress.ipv4Lo((int) ipv4));
        }
        if (literal.indexOf(':') < 0 || literal.indexOf('%') >= 0) {
            throw error("expected an IPv4 or IPv6 address");
        }
        try {
            final ByteBuffer bytes =
                    ByteBuffer.wrap(InetAddress.ofLiteral(literal).getAddress());
            return bytes.remaining() == Integer.BYTES
                    ? new Address(IpAddress.IPV4_HI, IpAddress.ipv4Lo(bytes.getInt()))
                    : new Address(bytes.getLong(), bytes.getLong());
        } catch (final IllegalArgumentException e) {
            throw error("expected an IPv4 or IPv6 address");
        }
    }

    private int number(final String digits, final int most, final String expected) throws FilterException {
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            final int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > most) {
                throw error("expected " + expected);
            }
            value = value * 10 + digit;
        }
        if (digits.isEmpty() || value > most) {
            throw error("expected " + expected);
        }
        return value;
    }

    private boolean takes(final String word) throws FilterException {
        if (!token.equals(word)) {
            return false;
        }
        advance();
        return true;
    }

    private void advance() throws FilterException {
        while (position < text.length() && text.charAt(position) == ' ') {
            position++;
        }
        start = position;
        if (position == text.length()) {
            token = END;
            return;
        }
        final char c = text.charAt(position++);
        if (c == '&' || c == '|') {
            if (position == text.length() || text.charAt(position) != c) {
                throw new FilterException(start + 1, "expected \"" + c + c + "\"");
            }
            position++;
        } else if (isWord(c)) {
            while (position < text.length() && isWord(text.charAt(position))) {
                position++;
            }
        } else if (c != '(' && c != ')' && c != '!') {
            throw new FilterException(start + 1, "unexpected character " + printable(c));
        }
        token = text.substring(start, position);
    }

    private static boolean isWord(final char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == ':'
                || c == '/'
                || c == '%'
                || c == '_'
                || c == '-';
    }

    private static String printable(final char c) {
        return c > ' ' && c < 0x7f ? "'" + c + "'" : String.format("U+%04X", (int) c);
    }

    private FilterException error(final String reason) {
        return new FilterException(start + 1, reason + (token.equals(END) ? ", found the end" : ", found " + token));
    }
}
