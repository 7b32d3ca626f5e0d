package dev.tailrace.tapio.slirp.observe;

import dev.tailrace.netstack.stack.StackTotals;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.tcp.TcpState;
import dev.tailrace.tapio.capture.CaptureSummary;
import dev.tailrace.tapio.capture.Captures;
import java.util.Locale;

/// Counters and totals as JSON: all counters, those at 0 too, by their names in lower case.
final class StatsJson {
    private static final long NS_PER_MS = 1_000_000;

    private StatsJson() {}

    static String text(final String version, final long upNs, final StackTotals totals, final Captures captures) {
        final StringBuilder out = new StringBuilder(8192).append("{\"return\":{\"version\":\"");
        out.append(JsonText.escape(version)).append("\",\"uptime_ms\":").append(upNs / NS_PER_MS);
        out.append(",\"counters\":{");
        String separator = "";
        for (final Counter counter : Counter.values()) {
            out.append(separator).append('"').append(counter.name().toLowerCase(Locale.ROOT));
            out.append("\":").append(totals.counters().get(counter));
            separator = ",";
        }
        out.append("},\"flows\":{\"tcp\":").append(totals.tcpFlows());
        out.append(",\"udp\":").append(totals.udpFlows());
        out.append(",\"icmp\":").append(totals.echoFlows()).append("},\"tcp_states\":{");
        final int[] states = totals.tcpStates();
        separator = "";
        for (final TcpState state : TcpState.values()) {
            out.append(separator).append('"').append(state.name().toLowerCase(Locale.ROOT));
            out.append("\":").append(states[state.ordinal()]);
            separator = ",";
        }
        out.append("},\"payload_memory\":{\"used\":").append(totals.slabUsedBytes());
        out.append(",\"limit\":").append(totals.slabCapacityBytes()).append("},\"captures\":[");
        separator = "";
        for (final CaptureSummary capture : captures.running()) {
            out.append(separator);
            capture(out, capture);
            separator = ",";
        }
        return out.append("]}}").toString();
    }

    private static void capture(final StringBuilder out, final CaptureSummary capture) {
        out.append("{\"id\":").append(capture.id());
        out.append(",\"file\":\"").append(JsonText.escape(capture.name()));
        out.append("\",\"filter\":\"").append(JsonText.escape(capture.filter()));
        out.append("\",\"frames\":").append(capture.frames());
        out.append(",\"bytes\":").append(capture.bytes());
        out.append(",\"dropped\":").append(capture.dropped()).append('}');
    }
}
