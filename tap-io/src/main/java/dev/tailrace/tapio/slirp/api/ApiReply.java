package dev.tailrace.tapio.slirp.api;

import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.List;
import java.util.Locale;

/// Words the replies. They hold no text of the client's, so nothing needs escaping.
final class ApiReply {
    private ApiReply() {}

    static String error(final String reason) {
        return refused("bad request: " + reason);
    }

    static String refused(final String reason) {
        return "{\"error\":{\"desc\":\"" + reason + "\"}}";
    }

    static String added(final int id) {
        return "{\"return\":{\"id\":" + id + "}}";
    }

    static String removed() {
        return "{\"return\":{}}";
    }

    /// The forwards twice: slirp4netns' manual documents them inside `return`, its program answers without.
    static String list(final List<PortForward> forwards) {
        final StringBuilder entries = new StringBuilder("[");
        for (final PortForward forward : forwards) {
            entries.append(entries.length() == 1 ? "" : ",")
                    .append("{\"id\":")
                    .append(forward.id())
                    .append(",\"proto\":\"")
                    .append(forward.protocol().name().toLowerCase(Locale.ROOT))
                    .append("\",\"host_addr\":\"")
                    .append(IpAddress.format(forward.hostHi(), forward.hostLo()))
                    .append("\",\"host_port\":")
                    .append(forward.hostPort())
                    .append(",\"guest_addr\":\"")
                    .append(IpAddress.format(forward.guestHi(), forward.guestLo()))
                    .append("\",\"guest_port\":")
                    .append(forward.guestPort())
                    .append('}');
        }
        entries.append(']');
        return "{\"return\":{\"entries\":" + entries + "},\"entries\":" + entries + "}";
    }
}
