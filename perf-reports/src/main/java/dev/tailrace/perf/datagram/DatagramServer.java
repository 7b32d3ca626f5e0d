package dev.tailrace.perf.datagram;

import java.io.IOException;

/// The end that waits to be greeted: it counts until it is ended, or sends and ends.
public final class DatagramServer {
    private DatagramServer() {}

    /// @param arguments see [Arguments]; `ready` is written once it listens
    public static void main(final String[] arguments) {
        final Arguments wanted = Arguments.of("DatagramServer", arguments);
        try (BatchSocket socket = BatchSocket.bound(wanted.address(), wanted.datagramBytes(), wanted.token())) {
            System.out.println("ready");
            final Flow flow = new Flow(socket, System::nanoTime);
            if (wanted.sends()) {
                flow.awaitGreeting();
                flow.send(wanted.lengthNs());
            } else {
                flow.serve();
            }
        } catch (IOException failure) {
            System.out.println(failure.getMessage());
            System.exit(1);
        }
    }
}
