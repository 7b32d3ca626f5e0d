package dev.tailrace.tapio.slirp.observe;

import dev.tailrace.netstack.host.HostAddress;
import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.status.FlowRow.Kind;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which flows a client wants to see. Each part that is given must fit.
///
/// @param kinds transports; empty for all
/// @param state as [#stateName] writes it, or empty for all
/// @param address one of the guest, the peer or the host's socket, or null for any
/// @param port the same for ports, or 0 for any
public record FlowFilter(
        Set<Kind> kinds, String state, @Nullable Address address, int port) {
    /// Every flow.
    public static final FlowFilter ALL = new FlowFilter(Set.of(), "", null, 0);

    /// Both halves as in [dev.tailrace.netstack.wire.IpAddress].
    public record Address(long hi, long lo) {}

    /// A state by the name that people type: `time-wait` and `listening` as `ss` has them, too.
    public static String stateName(final String typed) {
        final String name = typed.toUpperCase(Locale.ROOT).replace('-', '_');
        return name.equals("LISTENING")
                ? FlowRow.LISTEN
                : name.replace("FIN_WAIT1", "FIN_WAIT_1").replace("FIN_WAIT2", "FIN_WAIT_2");
    }

    boolean matches(final FlowRow row) {
        return (kinds.isEmpty() || kinds.contains(row.kind))
                && (state.isEmpty() || state.equals(row.state))
                && (address == null || hasAddress(row, address))
                && (port == 0 || hasPort(row));
    }

    private static boolean hasAddress(final FlowRow row, final Address wanted) {
        final HostAddress host = row.host;
        return (row.guestLo == wanted.lo && row.guestHi == wanted.hi)
                || (row.hasPeer && row.peerLo == wanted.lo && row.peerHi == wanted.hi)
                || (host.isKnown() && host.lo() == wanted.lo && host.hi() == wanted.hi);
    }

    private boolean hasPort(final FlowRow row) {
        return row.guestPort == port || (row.hasPeer && row.peerPort == port) || row.host.port() == port;
    }
}
