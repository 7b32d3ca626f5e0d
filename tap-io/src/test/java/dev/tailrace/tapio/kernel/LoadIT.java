package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many flows held at once, with traffic on each, while one stream takes what it can get and new connections come: a
/// thousand for some seconds, or as many and as long as `-Dload.flows=10000 -Dload.seconds=60` says.
class LoadIT extends KernelSuite {
    private static final AtomicInteger ports = new AtomicInteger(7060);
    private static final int FLOWS = Integer.getInteger("load.flows", 1000);
    private static final int SECONDS = Integer.getInteger("load.seconds", 3);

    /// What a flow with little on its way may take, and what the program takes without.
    private static final long KIB_A_FLOW = 8;

    private static final long KIB_AT_REST = 96 * 1024;

    /// Descriptors that have come to stay: none of a flow's.
    private static final int MORE_DESCRIPTORS = 8;

    /// Descriptors that are none of a flow's.
    private static final int OTHER_DESCRIPTORS = 64;

    private static final int NEW_CONNECTIONS = 100 * SECONDS;

    /// Promised is a fiftieth of it, on a machine that does nothing else.
    private static final long CONNECT_US = 1_000_000;

    /// Longer than a mapping that nobody uses is kept (RFC 4787): by hand that is waited for, too.
    private static final Duration MAPPING_IDLE = Duration.ofSeconds(250);

    private static final int BY_HAND_SECONDS = 60;

    @ParameterizedTest
    @ValueSource(strings = {"load-tcp", "load-udp", "load-tcp load-udp"})
    void shouldHoldManyFlowsWithTrafficOnEach(final String verbs) throws IOException {
        assumeTrue(subject == Subject.OURS, "promised of our program alone");
        final Network network = newNetwork("-c");
        final String[] kinds = verbs.split(" ");
        final long need = (long) kinds.length * FLOWS + OTHER_DESCRIPTORS;
        assumeTrue(
                need <= network.descriptorLimit(),
                () -> verbs + " needs " + need + " descriptors, and the hard limit is " + network.descriptorLimit()
                        + ": raise it (as root: prlimit --nofile=" + (need + 4096) + " COMMAND)");
        final Peer server = peerIn(internet());
        final int port = ports.getAndIncrement();
        server.does("load-serve", FAR, port);
        network.peer().does("load-connect", FAR, port, 1);
        Await.until(() -> "rest", () -> network.flows("tcp") == 0);
        final int before = network.descriptors();
        final long beforeKib = network.memoryKib("VmRSS");
        final List<Peer.Doing> holds = new ArrayList<>();
        for (final String verb : kinds) {
            holds.add(Peer.in(network.guest()).begins(verb, FAR, port, FLOWS, SECONDS));
        }
        final Program bulk = beginBulk(network);
        Await.until(
                () -> "all flows: " + network.stats(),
                Duration.ofSeconds(30 + FLOWS / 100),
                () -> isHeld(network, kinds) || holds.stream().anyMatch(Peer.Doing::isDone));
        final long atKib = network.memoryKib("VmRSS");
        final String[] latency = network.peer()
                .begins("load-connect", FAR, port, NEW_CONNECTIONS)
                .succeeds(Duration.ofSeconds(SECONDS))
                .split(" ");
        System.out.println(subject + " " + verbs + ", " + FLOWS + " flows for " + SECONDS
                + " s beside a bulk stream: a new connection takes " + latency[0] + " us (p50), " + latency[1]
                + " us (p99), " + latency[2] + " us (most)");
        for (int index = 0; index < kinds.length; index++) {
            final String[] result = holds.get(index)
                    .succeeds(Duration.ofSeconds(SECONDS + FLOWS / 100))
                    .split(" ");
            System.out.println("  " + kinds[index] + ": " + result[2] + " of " + result[1] + " messages answered, on "
                    + result[0] + " flows");
            check(kinds[index], result);
        }
        bulk.close();
        final long mostKib = network.memoryKib("VmHWM");
        awaitEnd(network, verbs, before);
        System.out.println("  resident MiB: " + beforeKib / 1024 + " before, " + atKib / 1024 + " at, " + mostKib / 1024
                + " most, " + network.memoryKib("VmRSS") / 1024 + " after; descriptors: " + before + " before, "
                + network.descriptors() + " after of " + network.descriptorLimit()
                + "; frames that the guest's queue had no place for: " + droppedByGuest(network));
        final long bound = KIB_AT_REST + (long) kinds.length * FLOWS * KIB_A_FLOW;
        assertTrue(!subject.isBuilt() || mostKib <= bound, mostKib + " KiB of " + bound);
        assertTrue(Long.parseLong(latency[1]) <= CONNECT_US, String.join(" ", latency));
    }

    /// Column 12 of proc(5) /proc/PID/net/dev.
    private static String droppedByGuest(final Network network) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + network.guest().pid() + "/net/dev")).stream()
                .filter(line -> line.strip().startsWith("tap0:"))
                .map(line -> line.strip().split("[: ]+")[12])
                .findFirst()
                .orElseThrow();
    }

    private static void check(final String verb, final String[] result) {
        assertEquals(FLOWS, Integer.parseInt(result[0]), verb + ": flows with an answer");
        if (verb.equals("load-tcp")) {
            assertEquals(result[1], result[2], "messages sent and answered");
        } else {
            // A queue on the way may be full: most must come back.
            assertTrue(10 * Long.parseLong(result[2]) > 9 * Long.parseLong(result[1]), String.join(" ", result));
        }
    }

    private static boolean isHeld(final Network network, final String... verbs) {
        for (final String verb : verbs) {
            if (network.flows(verb.substring("load-".length())) < FLOWS) {
                return false;
            }
        }
        return true;
    }

    /// A stream from the guest to the host for longer than the test needs.
    private static Program beginBulk(final Network network) {
        if (!Ports.hasTcp(host(), Iperf.PORT)) {
            Iperf.serve(host());
        }
        return network.guest().start("iperf3", "-c", Network.GATEWAY, "--time=" + (SECONDS + FLOWS / 100 + 60));
    }

    /// Everything that the flows took is given back; mappings stay for some minutes, as they must.
    private static void awaitEnd(final Network network, final String verbs, final int before) {
        Await.until(() -> "end of all connections: " + network.stats(), () -> network.flows("tcp") == 0);
        assertEquals(0, network.stats().getObject("payload_memory").getInt("used"));
        if (verbs.contains("load-udp") && SECONDS < BY_HAND_SECONDS) {
            return;
        }
        Await.until(
                () -> "end of all flows: " + network.descriptors() + " descriptors, " + before + " before",
                MAPPING_IDLE.plus(Await.PATIENCE),
                () -> network.descriptors() <= before + MORE_DESCRIPTORS);
    }
}
