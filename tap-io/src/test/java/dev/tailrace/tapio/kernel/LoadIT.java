package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many flows held at once, with traffic on each: a thousand for some seconds, or as many and as long as
/// `-Dload.flows=10000 -Dload.seconds=60` says.
class LoadIT extends KernelSuite {
    private static final int PORT = 7060;
    private static final int FLOWS = Integer.getInteger("load.flows", 1000);
    private static final int SECONDS = Integer.getInteger("load.seconds", 3);

    /// What a flow with little on its way may take, and what the program takes without.
    private static final long KIB_A_FLOW = 8;

    private static final long KIB_AT_REST = 96 * 1024;

    /// Descriptors that have come to stay: none of a flow's.
    private static final int MORE_DESCRIPTORS = 8;

    @ParameterizedTest
    @ValueSource(strings = {"load-tcp", "load-udp"})
    void shouldHoldManyFlowsWithTrafficOnEach(final String verb) throws IOException {
        assumeTrue(subject == Subject.OURS, "promised of our program alone");
        final Network network = newNetwork("-c");
        final Peer server = peerIn(internet());
        final int port = verb.equals("load-tcp") ? PORT : PORT + 1;
        server.does("load-serve", FAR, port);
        final int before = descriptors(network);
        final String[] result =
                network.peer().does(verb, FAR, port, FLOWS, SECONDS).split(" ");
        final long residentKib = residentKib(network);
        System.out.println(subject + " " + verb + " " + FLOWS + " flows for " + SECONDS + " s: " + result[2] + " of "
                + result[1] + " messages answered, connected within " + result[3] + " us (p99), resident "
                + residentKib / 1024 + " MiB at most");
        assertEquals(FLOWS, Integer.parseInt(result[0]));
        if (verb.equals("load-tcp")) {
            assertEquals(result[1], result[2], "messages sent and answered");
        } else {
            // A second's datagrams are sent in one burst, and a queue on the way may be full: most must come back.
            assertTrue(10 * Long.parseLong(result[2]) > 9 * Long.parseLong(result[1]), result[2] + " of " + result[1]);
        }
        assertTrue(!subject.isBuilt() || residentKib <= KIB_AT_REST + FLOWS * KIB_A_FLOW, residentKib + " KiB");
        if (verb.equals("load-tcp")) {
            Await.until(
                    () -> "end of all flows: " + descriptors(network) + " descriptors, " + before + " before",
                    () -> descriptors(network) <= before + MORE_DESCRIPTORS);
        }
    }

    private static int descriptors(final Network network) {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + network.program().pid() + "/fd"))) {
            return (int) open.count();
        } catch (final IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static long residentKib(final Network network) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + network.program().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                .findFirst()
                .orElseThrow();
    }
}
