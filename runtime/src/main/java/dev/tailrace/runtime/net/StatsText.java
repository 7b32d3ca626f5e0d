package dev.tailrace.runtime.net;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.Map;

/// Counters and totals for people: those that are not 0.
final class StatsText {
    private StatsText() {}

    static String text(final JsonObject stats) {
        final StringBuilder out = new StringBuilder();
        final JsonObject flows = stats.getObject("flows", new JsonObject());
        final JsonObject memory = stats.getObject("payload_memory", new JsonObject());
        out.append("up ").append(Quantity.milliseconds(stats.getLong("uptime_ms")));
        out.append(", version ").append(stats.getString("version", "unknown")).append('\n');
        out.append("flows: ").append(flows.getInt("tcp")).append(" tcp, ").append(flows.getInt("udp"));
        out.append(" udp, ").append(flows.getInt("icmp")).append(" icmp\n");
        for (final Map.Entry<String, Object> state :
                stats.getObject("tcp_states", new JsonObject()).entrySet()) {
            if (state.getValue() instanceof final Number count && count.longValue() != 0) {
                out.append("  tcp ")
                        .append(state.getKey())
                        .append(": ")
                        .append(count)
                        .append('\n');
            }
        }
        out.append("payload memory: ").append(Quantity.bytes(memory.getLong("used")));
        out.append(" of ").append(Quantity.bytes(memory.getLong("limit"))).append('\n');
        captures(out, stats.getArray("captures", new JsonArray()));
        for (final Map.Entry<String, Object> counter :
                stats.getObject("counters", new JsonObject()).entrySet()) {
            if (counter.getValue() instanceof final Number count && count.longValue() != 0) {
                out.append(counter.getKey()).append(' ').append(count).append('\n');
            }
        }
        return out.toString();
    }

    private static void captures(final StringBuilder out, final JsonArray captures) {
        for (int i = 0; i < captures.size(); i++) {
            final JsonObject capture = captures.getObject(i);
            out.append("capture ").append(capture.getInt("id")).append(" to ").append(capture.getString("file"));
            out.append(": ").append(capture.getLong("frames")).append(" frames, ");
            out.append(capture.getLong("dropped")).append(" dropped\n");
        }
    }
}
