package dev.tailrace.tapio.slirp.observe;

import dev.tailrace.netstack.stack.StackTotals;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.tcp.TcpState;
import dev.tailrace.tapio.capture.Captures;
import java.util.Locale;

/// Counters and totals in the text format 0.0.4 of Prometheus. Drops are one metric with the reason as its label.
final class PrometheusText {
    private static final String PREFIX = "tailrace_";
    private static final String DROP = "DROP_";
    private static final double NS_PER_SECOND = 1e9;

    private PrometheusText() {}

    static String text(final String version, final long upNs, final StackTotals totals, final Captures captures) {
        final StringBuilder out = new StringBuilder(16_384);
        head(out, "info", "gauge", "Version of the program.");
        out.append(PREFIX).append("info{version=\"").append(label(version)).append("\"} 1\n");
        head(out, "uptime_seconds", "gauge", "Time since the program began to serve.");
        out.append(PREFIX)
                .append("uptime_seconds ")
                .append(upNs / NS_PER_SECOND)
                .append('\n');
        for (final Counter counter : Counter.values()) {
            if (!counter.name().startsWith(DROP)) {
                final String name = counter.name().toLowerCase(Locale.ROOT) + "_total";
                head(out, name, "counter", "Count " + counter.name() + " of the totals.");
                out.append(PREFIX)
                        .append(name)
                        .append(' ')
                        .append(totals.counters().get(counter))
                        .append('\n');
            }
        }
        drops(out, totals);
        flows(out, totals);
        gauge(out, "payload_memory_bytes", "Memory that waiting payload takes.", totals.slabUsedBytes());
        gauge(out, "payload_memory_limit_bytes", "Most memory that payload may take.", totals.slabCapacityBytes());
        gauge(out, "captures", "Captures that run now.", captures.running().size());
        head(out, "capture_frames_total", "counter", "Frames written to captures.");
        out.append(PREFIX)
                .append("capture_frames_total ")
                .append(captures.totalFrames())
                .append('\n');
        head(out, "capture_dropped_total", "counter", "Frames that captures did not keep up with.");
        out.append(PREFIX)
                .append("capture_dropped_total ")
                .append(captures.totalDropped())
                .append('\n');
        return out.toString();
    }

    private static void drops(final StringBuilder out, final StackTotals totals) {
        head(out, "drops_total", "counter", "Frames, segments and datagrams that were not passed on, by reason.");
        for (final Counter counter : Counter.values()) {
            if (counter.name().startsWith(DROP)) {
                out.append(PREFIX).append("drops_total{reason=\"");
                out.append(counter.name().substring(DROP.length()).toLowerCase(Locale.ROOT));
                out.append("\"} ").append(totals.counters().get(counter)).append('\n');
            }
        }
    }

    private static void flows(final StringBuilder out, final StackTotals totals) {
        head(out, "flows", "gauge", "Flows now, by transport and state.");
        final int[] states = totals.tcpStates();
        for (final TcpState state : TcpState.values()) {
            flow(out, "tcp", state.name().toLowerCase(Locale.ROOT), states[state.ordinal()]);
        }
        flow(out, "udp", "open", totals.udpFlows());
        flow(out, "icmp", "open", totals.echoFlows());
    }

    private static void flow(final StringBuilder out, final String kind, final String state, final int count) {
        out.append(PREFIX)
                .append("flows{proto=\"")
                .append(kind)
                .append("\",state=\"")
                .append(state);
        out.append("\"} ").append(count).append('\n');
    }

    private static void gauge(final StringBuilder out, final String name, final String help, final long value) {
        head(out, name, "gauge", help);
        out.append(PREFIX).append(name).append(' ').append(value).append('\n');
    }

    private static void head(final StringBuilder out, final String name, final String type, final String help) {
        out.append("# HELP ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        out.append("# TYPE ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
    }

    private static String label(final String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
