package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever runs out, by an attack or by misfortune: others keep working, what is refused is counted, and afterwards
/// everything is as before, at the latest when [#RECOVERY] is over.
class ExhaustionIT extends KernelSuite {
    private static final int ECHO = 7080;
    private static final int SLOW = 7081;
    private static final int PUBLISHED = 7082;

    /// Whose packets the internet's router throws away in silence.
    private static final String HOLE_NETWORK = "192.0.2.0/24";

    private static final String HOLE = "192.0.2.1";

    /// Promised.
    private static final Duration RECOVERY = Duration.ofSeconds(5);

    /// Unless it is told to stop.
    private static final int FLOOD_SECONDS = 25;

    private static final int ROUNDS = 4;
    private static final int MAX_HALF_OPEN = 2048;
    private static final int MAX_MAPPINGS = 16_384;
    private static final int LAST_PORT = 65_535;

    private static final int SLOW_FLOWS = 1000;
    private static final int SLOW_BYTES = 200_000;

    /// Held back at least: a good part of all there is.
    private static final long HELD_BYTES = 16 << 20;

    private static final String SEND_BUFFERS = "/proc/sys/net/ipv4/tcp_wmem";
    private static final String RECEIVE_BUFFERS = "/proc/sys/net/ipv4/tcp_rmem";
    private static final long MAX_KIB = 104 * 1024;

    private static final int FEW_DESCRIPTORS = 64;

    /// Of clients of the API and of mappings that stay for a while.
    private static final int OTHER_DESCRIPTORS = 8;

    private static final int MESSAGE_BYTES = 500;

    @BeforeEach
    void makeInternet() {
        assumeTrue(subject == Subject.OURS, "promised of our program alone");
        if (!Ports.hasTcp(internet(), ECHO)) {
            internet().run("ip", "route", "replace", "blackhole", HOLE_NETWORK);
            peerIn(internet()).does("load-serve", FAR, ECHO);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldServeOthersDuringAFloodOfSyns(final int step) {
        final Network network = newNetwork("-c");
        final Peer other = Peer.in(network.guest());
        other.does("connect", "old", FAR, ECHO);
        final int before = network.descriptors();
        final Peer.Doing flood = network.peer().begins("flood-syn", HOLE, FLOOD_SECONDS, step);
        Await.until(() -> "a flood: " + network.stats(), () -> network.counter("tcp_half_open_evicted") > 0);
        String latency = "";
        for (int round = 0; round < ROUNDS; round++) {
            talk(other, "old");
            latency = other.does("load-connect", FAR, ECHO, 5);
            assertTrue(attempts(network) <= MAX_HALF_OPEN, network.stats().toString());
        }
        assertFalse(flood.isDone(), "the flood was over before the other client was served");
        network.peer().does("flood-stop");
        System.out.println(subject + " flood of " + flood.succeeds() + " SYNs, step " + step + ": "
                + network.counter("tcp_half_open_evicted") + " attempts given up; others took " + latency
                + " us (median, most)");
        assertEquals(0, network.counter("drop_tcp_table_full"));
        awaitWork(network, other);
        talk(other, "old");
        Await.until(() -> "end of all attempts: " + network.stats(), () -> attempts(network) == 0);
        assertTrue(
                network.descriptors() <= before + OTHER_DESCRIPTORS,
                network.descriptors() + " descriptors, " + before + " before");
    }

    @Test
    void shouldServeOthersDuringASprayOverAllPorts() {
        final Network network = newNetwork("-c");
        final Peer other = Peer.in(network.guest());
        other.does("connect", "old", FAR, ECHO);
        other.does("udp-bind", "mine", "0.0.0.0", 0);
        for (final Object[] spray : new Object[][] {
            {"flood-udp-from", FAR, 9, LAST_PORT}, {"flood-udp-to", FAR, 1}, {"flood-udp-to", HOLE, 1}
        }) {
            final Peer.Doing flood = network.peer().begins(spray);
            while (!flood.isDone()) {
                other.does("udp-exchange", "mine", FAR, ECHO, MESSAGE_BYTES);
                talk(other, "old");
                other.does("load-connect", FAR, ECHO, 2);
                assertTrue(network.flows("udp") <= MAX_MAPPINGS, network.stats().toString());
            }
            flood.succeeds();
        }
        assertTrue(network.counter("udp_flows_evicted") > 0, network.stats().toString());
        awaitWork(network, other);
        talk(other, "old");
        assertTrue(!subject.isBuilt() || network.memoryKib("VmHWM") <= MAX_KIB, network.memoryKib("VmHWM") + " KiB");
    }

    @Test
    void shouldHoldManyReadersInTheGuestThatDoNotRead() {
        final Network network = newNetwork("-c");
        peerIn(internet()).does("slow-serve", FAR, SLOW, SLOW_BYTES);
        holdAndRead(network, network.peer(), FAR, SLOW);
    }

    @Test
    void shouldHoldManyClientsOfAPublishedPortThatDoNotRead() {
        final Network network = newNetwork("-c");
        network.peer().does("slow-serve", "0.0.0.0", PUBLISHED, SLOW_BYTES);
        network.request("{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_addr\":\"0.0.0.0\","
                + "\"host_port\":" + PUBLISHED + ",\"guest_port\":" + PUBLISHED + "}}");
        // Otherwise the kernels on the way would keep all of it.
        final String send = host().run("cat", SEND_BUFFERS);
        final String receive = internet().run("cat", RECEIVE_BUFFERS);
        host().shell("echo 4096 16384 32768 >" + SEND_BUFFERS);
        internet().shell("echo 4096 16384 32768 >" + RECEIVE_BUFFERS);
        try {
            holdAndRead(network, peerIn(internet()), Lab.HOST_ADDRESS, PUBLISHED);
        } finally {
            host().shell("echo " + send.strip() + " >" + SEND_BUFFERS);
            internet().shell("echo " + receive.strip() + " >" + RECEIVE_BUFFERS);
        }
    }

    private void holdAndRead(final Network network, final Peer reader, final String address, final int port) {
        final Peer other = Peer.in(network.guest());
        reader.does("slow-open", address, port, SLOW_FLOWS);
        Await.until(() -> "payload that waits: " + network.stats(), () -> used(network) >= HELD_BYTES);
        other.does("load-connect", FAR, ECHO, 50);
        final long heldBytes = used(network);
        assertEquals((long) SLOW_FLOWS * SLOW_BYTES, Long.parseLong(reader.does("slow-read")));
        System.out.println(subject + " " + SLOW_FLOWS + " readers that do not read: " + heldBytes
                + " bytes held, resident " + network.memoryKib("VmHWM") + " KiB at most");
        assertTrue(!subject.isBuilt() || network.memoryKib("VmHWM") <= MAX_KIB, network.memoryKib("VmHWM") + " KiB");
        awaitWork(network, other);
        Await.until(() -> "memory back: " + network.stats(), () -> used(network) == 0);
    }

    @Test
    void shouldRefusePolitelyWithFewDescriptors() {
        assumeTrue(subject.isBuilt(), "the jars of a class path take half of the descriptors");
        final Network network = remember(Network.start(
                lab(), subject, lab().newGuest(), List.of("prlimit", "--nofile=" + FEW_DESCRIPTORS), "-c"));
        final Peer guest = network.peer();
        final int before = network.descriptors();
        int open = 0;
        while (tryConnect(guest, "c" + open)) {
            open++;
            assertTrue(open < FEW_DESCRIPTORS);
        }
        assertTrue(open >= FEW_DESCRIPTORS / 4, open + " connections");
        assertEquals("Connection refused", guest.failsTo("connect", "more", FAR, ECHO));
        assertEquals(2, network.counter("drop_tcp_table_full"));
        guest.does("udp-bind", "mine", "0.0.0.0", 0);
        guest.does("udp-exchange", "mine", FAR, ECHO, MESSAGE_BYTES);
        // Of each flood no more than the TAP's queue takes may arrive, if we are not given a processor meanwhile.
        Await.until(() -> "evictions: " + network.stats(), () -> {
            guest.does("flood-udp-from", FAR, 9, 3_000);
            return network.counter("udp_flows_evicted") > 1_000;
        });
        guest.does("udp-exchange", "mine", FAR, ECHO, MESSAGE_BYTES);
        for (int index = 0; index < open; index++) {
            talk(guest, "c" + index);
            if (index > 0) {
                guest.does("close", "c" + index);
            }
        }
        awaitWork(network, guest);
        talk(guest, "c0");
        System.out.println(subject + " with " + FEW_DESCRIPTORS + " descriptors, " + before + " of them its own: "
                + open + " connections at a time");
    }

    /// The limit is lowered to what is open: the kernel itself says no.
    @Test
    void shouldRefusePolitelyWhenDescriptorsRunOut() {
        final Network network = newNetwork("-c");
        final Peer guest = network.peer();
        guest.does("connect", "old", FAR, ECHO);
        final long limit = network.descriptorLimit();
        limitDescriptors(network, network.descriptors());
        int open = 0;
        while (tryConnect(guest, "c" + open)) {
            open++;
            assertTrue(open < FEW_DESCRIPTORS, "gaps below the limit");
        }
        assertEquals("Connection refused", guest.failsTo("connect", "more", FAR, ECHO));
        talk(guest, "old");
        guest.does("udp-bind", "unheard", "0.0.0.0", 0);
        guest.does("udp-send", "unheard", FAR, ECHO, "x");
        // Behind the datagram: so that one has been refused by now.
        talk(guest, "old");
        limitDescriptors(network, limit);
        awaitWork(network, guest);
        talk(guest, "old");
        assertTrue(network.counter("drop_tcp_no_socket") >= 2, network.stats().toString());
        assertTrue(network.counter("drop_udp_no_socket") >= 1, network.stats().toString());
    }

    @Test
    void shouldCarryOnWhenTheDisksOfCaptureAndLogAreFull() throws IOException {
        final Path mount = Files.createDirectory(lab().directory().resolve("full"));
        host().shell("mount -t tmpfs -o size=64k none " + mount + "; chmod 777 " + mount);
        final Network network = remember(Network.start(
                lab(),
                subject,
                lab().newGuest(),
                List.of("sh", "-c", "exec \"$@\" 2>>" + mount.resolve("log"), "sh"),
                "-c",
                "--log-level=debug",
                "--pcap=" + mount.resolve("pcap")));
        final Peer guest = network.peer();
        guest.does("connect", "old", FAR, ECHO);
        host().shell("cat /dev/zero >" + mount.resolve("rest") + " 2>/dev/null || true");
        Await.until(() -> "drops of the capture: " + network.stats(), () -> {
            guest.does("load-connect", FAR, ECHO, 20);
            return network.stats().getArray("captures").getObject(0).getLong("dropped") > 0;
        });
        // A report is as much as the log ever gets.
        network.program().signal("USR1");
        talk(guest, "old");
        guest.does("load-connect", FAR, ECHO, 20);
        host().shell("rm " + mount.resolve("rest"));
        final long frames = frames(network);
        Await.until(() -> "a capture that goes on: " + network.stats(), RECOVERY, () -> {
            guest.does("load-connect", FAR, ECHO, 1);
            return frames(network) > frames;
        });
        network.program().signal("TERM");
        network.program().awaitExit();
        final String log = host().run("cat", mount.resolve("log").toString());
        assertTrue(log.contains("(write: No space left on device)"), log);
    }

    @Test
    void shouldServeOthersWhenTheResolverIsDown() throws IOException {
        final Path resolvers = lab().directory().resolve("down.conf");
        Files.writeString(resolvers, "nameserver " + FAR + "\n");
        host().run("mount", "--bind", resolvers.toString(), "/etc/resolv.conf");
        try {
            final Network network = newNetwork("-c");
            final Peer other = Peer.in(network.guest());
            final Program refused = dig(network, "+time=10", "+tries=1");
            assertNotEquals(0, refused.awaitExit());
            assertTrue(refused.stdout().contains("refused"), refused.toString());
            Files.writeString(resolvers, "nameserver " + HOLE + "\n");
            Await.until(() -> "silence", () -> {
                final Program silent = dig(network, "+time=1", "+tries=1");
                return silent.awaitExit() != 0 && silent.stdout().contains("timed out");
            });
            other.does("load-connect", FAR, ECHO, 20);
            Files.writeString(resolvers, "nameserver " + FAR + "\n");
            try (Program server = serve(
                    internet(),
                    53,
                    "dnsmasq",
                    "--no-daemon",
                    "--no-resolv",
                    "--no-hosts",
                    "--conf-file=/dev/null",
                    "--bind-interfaces",
                    "--listen-address=" + FAR,
                    "--address=/small.test/192.0.2.7",
                    "--pid-file=" + lab().directory().resolve("up.pid"))) {
                Await.until(
                        () -> "an answer of " + server,
                        RECOVERY,
                        () -> dig(network, "+short", "+time=1", "+tries=1").awaitExit() == 0);
            }
            assertTrue(network.counter("dns_queries") >= 3, network.stats().toString());
        } finally {
            host().run("umount", "/etc/resolv.conf");
        }
    }

    /// A new connection, a datagram and their answers, in the time promised.
    private static void awaitWork(final Network network, final Peer client) {
        client.does("udp-bind", "work", "0.0.0.0", 0);
        Await.until(
                () -> "work as before: " + network.stats(),
                RECOVERY,
                () -> client.begins("load-connect", FAR, ECHO, 1).outcome().startsWith("ok")
                        && client.begins("udp-exchange", "work", FAR, ECHO, MESSAGE_BYTES)
                                .outcome()
                                .startsWith("ok"));
    }

    /// Bytes and their echo over a connection that is there.
    private static void talk(final Peer client, final String socket) {
        client.does("send", socket, 1, MESSAGE_BYTES);
        assertEquals(
                Integer.toString(MESSAGE_BYTES),
                client.does("receive", socket, 1, MESSAGE_BYTES),
                "bytes of " + socket);
    }

    private static boolean tryConnect(final Peer client, final String name) {
        return client.begins("connect", name, FAR, ECHO).outcome().startsWith("ok");
    }

    private static int attempts(final Network network) {
        final JsonObject states = network.stats().getObject("tcp_states");
        return states.getInt("connecting") + states.getInt("syn_received") + states.getInt("syn_sent");
    }

    private static long used(final Network network) {
        return network.stats().getObject("payload_memory").getLong("used");
    }

    private static long frames(final Network network) {
        return network.stats().getArray("captures").getObject(0).getLong("frames");
    }

    private static void limitDescriptors(final Network network, final long soft) {
        host().run("prlimit", "--pid=" + network.program().pid(), "--nofile=" + soft + ":");
    }

    private static Program dig(final Network network, final String... options) {
        final List<String> command = new java.util.ArrayList<>(List.of("dig", "@" + Network.NAME_SERVER));
        command.addAll(List.of(options));
        command.add("small.test");
        return network.guest().start(command);
    }
}
