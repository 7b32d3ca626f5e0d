package dev.tailrace.tapio.slirp.observe;

import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/// The table of flows as JSON. Which flows there are is settled when it is made; each is asked when its
/// piece is worded, and those that have ended by then are left out.
public final class FlowsReply implements ReplySource {
    /// A piece takes well under a millisecond.
    private static final int FLOWS_PER_PIECE = 64;

    private static final long NS_PER_MS = 1_000_000;
    private static final long NS_PER_US = 1_000;

    private final List<FlowSource> sources;
    private final FlowFilter filter;
    private final LongSupplier clock;
    private final FlowRow row = new FlowRow();
    private int next;
    private int shown;
    private int ended;

    /// @param clock the stack's, in nanoseconds
    public FlowsReply(final List<FlowSource> sources, final FlowFilter filter, final LongSupplier clock) {
        this.sources = sources;
        this.filter = filter;
        this.clock = clock;
    }

    @Override
    public boolean appendTo(final StringBuilder out) {
        if (next == 0) {
            out.append("{\"return\":{\"flows\":[");
        }
        final long nowNs = clock.getAsLong();
        final int end = Math.min(sources.size(), next + FLOWS_PER_PIECE);
        while (next < end) {
            if (!sources.get(next++).describe(row, nowNs)) {
                ended++;
            } else if (filter.matches(row)) {
                out.append(shown++ == 0 ? "" : ",\n");
                append(out, row);
            }
        }
        if (next < sources.size()) {
            return true;
        }
        out.append("],\"shown\":")
                .append(shown)
                .append(",\"ended\":")
                .append(ended)
                .append("}}");
        return false;
    }

    private static void append(final StringBuilder out, final FlowRow row) {
        out.append("{\"proto\":\"").append(row.kind.name().toLowerCase(Locale.ROOT));
        out.append("\",\"state\":\"").append(row.state);
        out.append("\",\"direction\":\"").append(row.isInbound ? "in" : "out").append('"');
        endpoint(out, "guest", row.guestHi, row.guestLo, row.guestPort);
        if (row.hasPeer) {
            endpoint(out, "peer", row.peerHi, row.peerLo, row.peerPort);
        }
        if (row.host.isKnown()) {
            endpoint(out, "host", row.host.hi(), row.host.lo(), row.host.port());
        }
        number(out, "bytes_to_host", row.bytesToHost, 1);
        number(out, "bytes_to_guest", row.bytesToGuest, 1);
        number(out, "age_ms", row.ageNs, NS_PER_MS);
        number(out, "idle_ms", row.idleNs, NS_PER_MS);
        number(out, "rtt_us", row.roundTripNs, NS_PER_US);
        number(out, "rttvar_us", row.roundTripVariationNs, NS_PER_US);
        number(out, "send_window", row.sendWindowBytes, 1);
        number(out, "receive_window", row.receiveWindowBytes, 1);
        number(out, "backlog_to_host", row.backlogToHostBytes, 1);
        number(out, "backlog_to_guest", row.backlogToGuestBytes, 1);
        number(out, "retransmissions", row.retransmissions, 1);
        if (!row.timer.isEmpty()) {
            out.append(",\"timer\":\"").append(row.timer).append('"');
        }
        out.append('}');
    }

    private static void endpoint(
            final StringBuilder out, final String name, final long hi, final long lo, final int port) {
        out.append(",\"").append(name).append("_addr\":\"").append(IpAddress.format(hi, lo));
        out.append("\",\"").append(name).append("_port\":").append(port);
    }

    private static void number(final StringBuilder out, final String name, final long value, final long unit) {
        if (value != FlowRow.UNKNOWN) {
            out.append(",\"").append(name).append("\":").append(value / unit);
        }
    }
}
