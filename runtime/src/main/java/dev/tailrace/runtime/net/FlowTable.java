package dev.tailrace.runtime.net;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/// The table of flows for people, as wide as its terminal: columns go, the least missed first, until it fits.
final class FlowTable {
    private static final String UNKNOWN = "-";
    private static final int[] DROPPED_FIRST = {14, 6, 12, 11, 10, 9, 3, 7, 8};
    private static final String[] HEADS = {
        "PROTO",
        "STATE",
        "GUEST",
        "",
        "PEER",
        "OWNER",
        "HOST",
        "TO-HOST",
        "TO-GUEST",
        "AGE",
        "RTT",
        "WINDOW",
        "BACKLOG",
        "IDLE",
        "NETWORK"
    };
    private static final int OWNER = 5;
    private static final int NETWORK = 14;
    private static final int FIRST_NUMBER = 7;

    private FlowTable() {}

    /// @param columns to fit into, or [Terminal#UNBOUNDED]
    static String text(final JsonArray flows, final int columns, final boolean hasOwners) {
        final List<String[]> rows = new ArrayList<>(flows.size() + 1);
        rows.add(HEADS);
        boolean hasNetwork = false;
        for (int i = 0; i < flows.size(); i++) {
            rows.add(row(flows.getObject(i)));
            hasNetwork |= flows.getObject(i).has("network");
        }
        final int[] widths = widths(rows);
        if (!hasNetwork) {
            widths[NETWORK] = 0;
        }
        if (!hasOwners) {
            widths[OWNER] = 0;
        }
        for (final int column : DROPPED_FIRST) {
            if (total(widths) <= columns) {
                break;
            }
            widths[column] = 0;
        }
        final StringBuilder out = new StringBuilder();
        for (final String[] row : rows) {
            out.append(line(row, widths, columns)).append('\n');
        }
        return out.toString();
    }

    private static String[] row(final JsonObject flow) {
        final boolean isIcmp = "icmp".equals(flow.getString("proto"));
        return new String[] {
            flow.getString("proto", UNKNOWN),
            flow.getString("state", UNKNOWN),
            endpoint(flow, "guest", false),
            "in".equals(flow.getString("direction")) ? "<-" : "->",
            endpoint(flow, "peer", isIcmp),
            flow.getString("owner", UNKNOWN),
            endpoint(flow, "host", false),
            bytes(flow, "bytes_to_host"),
            bytes(flow, "bytes_to_guest"),
            time(flow, "age_ms"),
            flow.has("rtt_us") ? Quantity.microseconds(flow.getLong("rtt_us")) : UNKNOWN,
            pair(flow, "send_window", "receive_window"),
            pair(flow, "backlog_to_host", "backlog_to_guest"),
            time(flow, "idle_ms"),
            flow.getString("network", UNKNOWN),
        };
    }

    private static String endpoint(final JsonObject flow, final String name, final boolean isAddressOnly) {
        final String address = flow.getString(name + "_addr");
        if (address == null) {
            return "*";
        }
        final String bracketed = address.indexOf(':') >= 0 && !isAddressOnly ? "[" + address + "]" : address;
        return isAddressOnly ? address : bracketed + ":" + flow.getInt(name + "_port");
    }

    private static String bytes(final JsonObject flow, final String name) {
        return flow.has(name) ? Quantity.bytes(flow.getLong(name)) : UNKNOWN;
    }

    private static String time(final JsonObject flow, final String name) {
        return flow.has(name) ? Quantity.milliseconds(flow.getLong(name)) : UNKNOWN;
    }

    private static String pair(final JsonObject flow, final String first, final String second) {
        return flow.has(first) ? bytes(flow, first) + "/" + bytes(flow, second) : UNKNOWN;
    }

    private static int[] widths(final List<String[]> rows) {
        final int[] widths = new int[HEADS.length];
        for (final String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        return widths;
    }

    private static int total(final int[] widths) {
        int total = -2;
        for (final int width : widths) {
            total += width == 0 ? 0 : width + 2;
        }
        return total;
    }

    private static String line(final String[] row, final int[] widths, final int columns) {
        final StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.length; i++) {
            if (widths[i] == 0) {
                continue;
            }
            final int padding = widths[i] - row[i].length();
            line.append(line.isEmpty() ? "" : "  ");
            final boolean isNumber = i >= FIRST_NUMBER && i != NETWORK;
            line.repeat(' ', isNumber ? padding : 0).append(row[i]);
            line.repeat(' ', isNumber ? 0 : padding);
        }
        final String text = line.toString().stripTrailing();
        return text.length() <= columns ? text : text.substring(0, columns);
    }
}
