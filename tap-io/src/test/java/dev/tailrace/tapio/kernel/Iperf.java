package dev.tailrace.tapio.kernel;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.util.ArrayList;
import java.util.List;

/// What a run of iperf3 tells.
///
/// @param sentBytes taken by the sender's kernel
/// @param receivedBytes delivered to the receiver
/// @param retransmits segments that the sender's kernel sent again
/// @param seconds time of the transfer
record Iperf(long sentBytes, long receivedBytes, long retransmits, double seconds) {
    static final int PORT = 5201;

    /// Starts a server that serves until the lab ends.
    static Program serve(final Place place) {
        return KernelSuite.serve(place, PORT, "iperf3", "-s");
    }

    /// Runs a client to its end.
    static Iperf run(final Place place, final String address, final String... options) {
        final List<String> command = new ArrayList<>(List.of("iperf3", "--json", "-c", address));
        command.addAll(List.of(options));
        final Program client = place.start(command);
        final int code = client.awaitExit();
        try {
            final JsonObject report = JsonParser.object().from(client.stdout());
            if (code != 0 || report.has("error")) {
                throw new AssertionError("exit " + code + ": " + client);
            }
            final JsonObject end = report.getObject("end");
            final JsonObject sent = end.getObject("sum_sent");
            final JsonObject received = end.getObject("sum_received");
            return new Iperf(
                    sent.getLong("bytes"),
                    received.getLong("bytes"),
                    sent.getLong("retransmits"),
                    received.getDouble("seconds"));
        } catch (final JsonParserException e) {
            throw new AssertionError("no report of " + client, e);
        }
    }

    double gbitPerSecond() {
        return receivedBytes * 8 / seconds / 1e9;
    }

    @Override
    public String toString() {
        return "%.2f Gbit/s, %d retransmits".formatted(gbitPerSecond(), retransmits);
    }
}
