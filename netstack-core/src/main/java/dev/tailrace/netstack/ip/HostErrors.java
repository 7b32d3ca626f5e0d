package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.wire.Icmpv4Flyweight;

/// What the guest is told when the host refuses: error numbers of the host as ICMP codes.
public final class HostErrors {
    /// Answer of [#unreachableCode] for a failure that passes by itself: nothing is told.
    public static final int NO_ERROR = -1;

    /// What every Ethernet carries; told when the host does not say which size it would have taken.
    private static final int ETHERNET_MTU = 1500;

    private HostErrors() {}

    /// The code of an ICMP unreachable error (type 3) for a failed send.
    ///
    /// @param errno positive errno
    public static int unreachableCode(final int errno) {
        return switch (errno) {
            case HostErrno.EAGAIN, HostErrno.ENOBUFS, HostErrno.ENOMEM, HostErrno.EINTR -> NO_ERROR;
            case HostErrno.EHOSTUNREACH, HostErrno.EHOSTDOWN -> Icmpv4Flyweight.HOST_UNREACHABLE;
            case HostErrno.ECONNREFUSED -> Icmpv4Flyweight.PORT_UNREACHABLE;
            case HostErrno.EMSGSIZE -> Icmpv4Flyweight.FRAGMENTATION_NEEDED;
            default -> Icmpv4Flyweight.NET_UNREACHABLE;
        };
    }

    /// The next-hop MTU to tell with a code of [#unreachableCode], in bytes; never 0, which would mean 552 to
    /// Linux.
    public static int mtu(final int code, final int linkMtu) {
        return code == Icmpv4Flyweight.FRAGMENTATION_NEEDED ? Math.min(linkMtu, ETHERNET_MTU) : 0;
    }

    /// Whether an ICMP error that the host received is passed on: unreachable, time exceeded, parameter problem.
    public static boolean isForwarded(final int type) {
        return type == Icmpv4Flyweight.UNREACHABLE
                || type == Icmpv4Flyweight.TIME_EXCEEDED
                || type == Icmpv4Flyweight.PARAMETER_PROBLEM;
    }

    /// Whether a socket could not be made because there are too many.
    public static boolean isExhausted(final int errno) {
        return errno == HostErrno.EMFILE
                || errno == HostErrno.ENFILE
                || errno == HostErrno.ENOBUFS
                || errno == HostErrno.ENOMEM;
    }
}
