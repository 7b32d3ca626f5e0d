package dev.tailrace.perf.iperf;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.matrix.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// One stream between a client in a guest and a server on the host.
public final class IperfTransfer {
    /// The server's port.
    public static final int PORT = 5201;

    private static final int GRACE_SECONDS = 15;
    private static final String CONNECT_TIMEOUT_MS = "3000";

    private IperfTransfer() {}

    /// Where the client runs and where it connects to.
    ///
    /// @param enter makes a command line run where the client belongs
    /// @param address that the client connects to
    /// @param port that the client connects to
    public record Route(UnaryOperator<List<String>> enter, String address, int port) {}

    /// Moves bytes for some seconds.
    ///
    /// @param serverAddress that the server binds to
    public static IperfReport run(
            final Route route, final String serverAddress, final Direction direction, final int seconds) {
        final Process server = Programs.start(new ProcessBuilder(
                        "iperf3", "--server", "--one-off", "--bind", serverAddress, "--port", "" + PORT, "--forceflush")
                .redirectErrorStream(true));
        try {
            Namespace.awaitLine(server, "Server listening", "starting the iperf3 server");
            final Programs.Ending client = Programs.end(
                    route.enter().apply(client(route, direction, seconds)),
                    Duration.ofSeconds(seconds + GRACE_SECONDS));
            if (client.text().isEmpty()) {
                throw new LabException("iperf3 ended with status " + client.status() + " and said nothing");
            }
            return IperfReport.parse(client.text());
        } finally {
            server.destroyForcibly();
            awaitEnd(server);
        }
    }

    private static List<String> client(final Route route, final Direction direction, final int seconds) {
        final List<String> command = new ArrayList<>(List.of(
                "iperf3",
                "--json",
                "--client",
                route.address(),
                "--port",
                "" + route.port(),
                "--time",
                "" + seconds,
                "--connect-timeout",
                CONNECT_TIMEOUT_MS));
        if (direction == Direction.DOWN) {
            command.add("--reverse");
        }
        return command;
    }

    /// The next server needs the port.
    private static void awaitEnd(final Process server) {
        try {
            server.waitFor();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LabException("waiting for the iperf3 server to end", interruption);
        }
    }
}
