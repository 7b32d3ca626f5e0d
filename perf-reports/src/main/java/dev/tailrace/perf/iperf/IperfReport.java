package dev.tailrace.perf.iperf;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.util.stream.Collectors;

/// What `iperf3 --json` says at the end of a transfer, as far as it matters here.
///
/// @param receivedBytes counted by the receiver
/// @param seconds for which the receiver counted
/// @param retransmits of the sender; 0 for UDP
/// @param meanRoundTripMicros that the sender's kernel saw; 0 if it does not say
/// @param datagrams sent; 0 for TCP
/// @param lostDatagrams of these
public record IperfReport(
        long receivedBytes,
        double seconds,
        long retransmits,
        double meanRoundTripMicros,
        long datagrams,
        long lostDatagrams) {
    private static final JsonObject NOTHING = new JsonObject();
    private static final String WARNING = "warning: ";
    private static final JsonArray NO_STREAMS = new JsonArray();

    /// Reads the output of an iperf3 client.
    ///
    /// @throws LabException if it reports an error, is no complete report, or nothing was received
    public static IperfReport parse(final String json) {
        final JsonObject report = read(json);
        if (report.has("error")) {
            throw new LabException("iperf3: " + report.getString("error"));
        }
        final JsonObject end = report.getObject("end", NOTHING);
        final JsonObject received = end.getObject("sum_received", NOTHING);
        final long bytes = received.getLong("bytes");
        final double seconds = received.getDouble("seconds");
        if (bytes <= 0 || seconds <= 0) {
            throw new LabException("iperf3: the receiver got nothing");
        }
        return new IperfReport(
                bytes,
                seconds,
                end.getObject("sum_sent", NOTHING).getLong("retransmits"),
                end.getArray("streams", NO_STREAMS)
                        .getObject(0, NOTHING)
                        .getObject("sender", NOTHING)
                        .getDouble("mean_rtt"),
                received.getLong("packets"),
                received.getLong("lost_packets"));
    }

    private static JsonObject read(final String json) {
        try {
            return JsonParser.object().from(withoutWarnings(json));
        } catch (JsonParserException malformed) {
            throw new LabException("iperf3 wrote no report (%s)".formatted(Programs.quote(json)), malformed);
        }
    }

    /// Standard error comes with the report, before it.
    private static String withoutWarnings(final String text) {
        return text.lines().dropWhile(line -> line.startsWith(WARNING)).collect(Collectors.joining("\n"));
    }
}
