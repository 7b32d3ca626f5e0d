package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.wire.Icmpv4Flyweight;
import dev.tailrace.netstack.wire.Icmpv6Flyweight;

/// ICMP errors of one family in the numbers of the other (RFC 7915 sections 4.2 and 5.2).
///
/// In here an error has the numbers of ICMPv4, whatever family it is about: those of ICMPv6 are found at the edges. An
/// error of ICMPv6 is written as `type << 8 | code`.
public final class IcmpTranslation {
    static final int PARAMETER_PROBLEM_V6 = Icmpv6Flyweight.PARAMETER_PROBLEM << 8;

    private static final int UNREACHABLE_V6 = Icmpv6Flyweight.UNREACHABLE << 8;

    private IcmpTranslation() {}

    /// The ICMPv6 error that says what an ICMPv4 error says.
    ///
    /// Unlike RFC 7915, host unreachable stays apart from net unreachable: the guest's programs see either.
    static int toIcmpv6(final int type, final int code) {
        return switch (type) {
            case Icmpv4Flyweight.UNREACHABLE ->
                switch (code) {
                    case Icmpv4Flyweight.HOST_UNREACHABLE -> UNREACHABLE_V6 | Icmpv6Flyweight.ADDRESS_UNREACHABLE;
                    case Icmpv4Flyweight.PORT_UNREACHABLE -> UNREACHABLE_V6 | Icmpv6Flyweight.PORT_UNREACHABLE;
                    case Icmpv4Flyweight.PROTOCOL_UNREACHABLE ->
                        PARAMETER_PROBLEM_V6 | Icmpv6Flyweight.UNRECOGNIZED_NEXT_HEADER;
                    case Icmpv4Flyweight.FRAGMENTATION_NEEDED -> Icmpv6Flyweight.PACKET_TOO_BIG << 8;
                    case Icmpv4Flyweight.NET_PROHIBITED,
                            Icmpv4Flyweight.HOST_PROHIBITED,
                            Icmpv4Flyweight.ADMINISTRATIVELY_PROHIBITED ->
                        UNREACHABLE_V6 | Icmpv6Flyweight.ADMINISTRATIVELY_PROHIBITED;
                    default -> UNREACHABLE_V6 | Icmpv6Flyweight.NO_ROUTE;
                };
            case Icmpv4Flyweight.TIME_EXCEEDED -> Icmpv6Flyweight.TIME_EXCEEDED << 8 | code;
            default -> PARAMETER_PROBLEM_V6;
        };
    }

    /// The ICMPv4 type that says what an ICMPv6 error says; one that cannot be said is no error's type.
    public static int typeOf(final int icmpv6Type, final int icmpv6Code) {
        return switch (icmpv6Type) {
            case Icmpv6Flyweight.UNREACHABLE, Icmpv6Flyweight.PACKET_TOO_BIG -> Icmpv4Flyweight.UNREACHABLE;
            case Icmpv6Flyweight.TIME_EXCEEDED -> Icmpv4Flyweight.TIME_EXCEEDED;
            case Icmpv6Flyweight.PARAMETER_PROBLEM ->
                icmpv6Code == Icmpv6Flyweight.UNRECOGNIZED_NEXT_HEADER
                        ? Icmpv4Flyweight.UNREACHABLE
                        : Icmpv4Flyweight.PARAMETER_PROBLEM;
            default -> Icmpv4Flyweight.ECHO_REPLY;
        };
    }

    /// The ICMPv4 code that goes with [#typeOf].
    public static int codeOf(final int icmpv6Type, final int icmpv6Code) {
        return switch (icmpv6Type) {
            case Icmpv6Flyweight.UNREACHABLE ->
                switch (icmpv6Code) {
                    case Icmpv6Flyweight.NO_ROUTE -> Icmpv4Flyweight.NET_UNREACHABLE;
                    case Icmpv6Flyweight.PORT_UNREACHABLE -> Icmpv4Flyweight.PORT_UNREACHABLE;
                    case Icmpv6Flyweight.ADDRESS_UNREACHABLE, BEYOND_SCOPE -> Icmpv4Flyweight.HOST_UNREACHABLE;
                    // Policy failed and reject route are kinds of prohibited (RFC 4443 section 3.1).
                    default -> Icmpv4Flyweight.ADMINISTRATIVELY_PROHIBITED;
                };
            case Icmpv6Flyweight.PACKET_TOO_BIG -> Icmpv4Flyweight.FRAGMENTATION_NEEDED;
            case Icmpv6Flyweight.TIME_EXCEEDED -> icmpv6Code;
            case Icmpv6Flyweight.PARAMETER_PROBLEM ->
                icmpv6Code == Icmpv6Flyweight.UNRECOGNIZED_NEXT_HEADER ? Icmpv4Flyweight.PROTOCOL_UNREACHABLE : 0;
            default -> 0;
        };
    }

    /// Beyond scope of source address (RFC 4443 section 3.1).
    private static final int BEYOND_SCOPE = 2;
}
