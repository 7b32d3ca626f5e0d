package dev.tailrace.perf.iperf;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.tailrace.perf.lab.LabException;

/// What `iperf3 --json` says at the end of a transfer, as far as it matters here.
///
/// @param receivedBytes counted by the receiver
/// @param seconds for which the receiver counted
/// @param retransmits of the sender
/// @param senderCongestion congestion control of the sending kernel, empty if it was not told
public record IperfReport(long receivedBytes, double seconds, long retransmits, String senderCongestion) {
    /// Reads the output of an iperf3 client.
    ///
    /// @throws LabException if it reports an error or is not a complete report
    public static IperfReport parse(final String json) {
        try {
            final JsonObject report = JsonParser.parseString(json).getAsJsonObject();
            if (report.has("error")) {
                throw new LabException("iperf3: " + report.get("error").getAsString());
            }
            final JsonObject end = report.getAsJsonObject("end");
            final JsonObject received = end.getAsJsonObject("sum_received");
            final JsonElement retransmits = end.getAsJsonObject("sum_sent").get("retransmits");
            final JsonElement congestion = end.get("sender_tcp_congestion");
            return new IperfReport(
                    received.get("bytes").getAsLong(),
                    received.get("seconds").getAsDouble(),
                    retransmits == null ? 0 : retransmits.getAsLong(),
                    congestion == null ? "" : congestion.getAsString());
        } catch (JsonParseException | IllegalStateException | NullPointerException malformed) {
            throw new LabException("iperf3 wrote no complete report", malformed);
        }
    }
}
