package dev.tailrace.perf.datagram;

import com.grack.nanojson.JsonWriter;
import java.io.IOException;

/// The end that opens the flow: it sends or counts, and writes what came out as one line of JSON.
public final class DatagramClient {
    private DatagramClient() {}

    /// @param arguments see [Arguments]
    public static void main(final String[] arguments) {
        final Arguments wanted = Arguments.of("DatagramClient", arguments);
        try (BatchSocket socket = BatchSocket.connected(wanted.address(), wanted.datagramBytes(), wanted.token())) {
            final Flow flow = new Flow(socket, System::nanoTime);
            System.out.println(json(wanted.sends() ? flow.greetAndSend(wanted.lengthNs()) : flow.greetAndReceive()));
        } catch (IOException failure) {
            System.out.println("datagrams with %s: %s".formatted(wanted.address(), failure.getMessage()));
            System.exit(1);
        }
    }

    private static String json(final Flow.Outcome outcome) {
        return JsonWriter.string()
                .object()
                .value("sentDatagrams", outcome.sent().datagrams())
                .value("receivedBytes", outcome.got().bytes())
                .value("receivedDatagrams", outcome.got().datagrams())
                .value("tookNs", outcome.got().tookNs())
                .end()
                .done();
    }
}
