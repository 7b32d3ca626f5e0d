package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What our program takes: memory, time to start, system calls.
class FootprintIT extends KernelSuite {
    private static final int STARTS = 5;
    private static final int PORT = 7030;

    /// More than all buffers on the way hold.
    private static final long UNREAD_BYTES = 1_000_000_000;

    private static final int REST_SECONDS = 2;

    /// Probes of the guest's zero window and of ours, and timers; a loop that spins makes thousands.
    private static final long MAX_CALLS_AT_REST = 150;

    /// Far above what it takes on an idle machine (the printed number says that), as tests share the machine.
    private static final double READY_MS = 1500;
    private static final double READY_FROM_CLASSES_MS = 10_000;

    private static final int FLOWS = 100;
    private static final long MAX_RESIDENT_KIB = 96 * 1024;

    private static final double MIN_BYTES_PER_CALL = 40 * 1024;

    @BeforeEach
    void needOurs() {
        assumeTrue(subject == Subject.OURS, "promised of our program alone");
    }

    @Test
    void shouldStartFast() {
        final double[] times = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            final Network network = newNetwork("-c");
            times[i] = network.readyMs();
            network.program().close();
        }
        Arrays.sort(times);
        System.out.printf(
                "%s from exec to ready: median %.0f ms of %s%n", subject, times[STARTS / 2], Arrays.toString(times));
        assertTrue(times[STARTS / 2] <= (subject.isBuilt() ? READY_MS : READY_FROM_CLASSES_MS), Arrays.toString(times));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--get-server-output", "--reverse"})
    void shouldFitIntoItsMemory(final String direction) throws IOException {
        final Network network = newNetwork("-c");
        Iperf.serve(host());
        final Iperf result = Iperf.run(network.guest(), Lab.HOST_ADDRESS, "--time=3", "--parallel=" + FLOWS, direction);
        final long residentKib = status(network.program(), "VmHWM");
        System.out.println(subject + " " + FLOWS + " flows, " + direction + ": " + result + ", resident "
                + residentKib / 1024 + " MiB at most, " + status(network.program(), "VmRSS") / 1024 + " MiB now");
        assertTrue(result.receivedBytes() > 0, result.toString());
        assertTrue(!subject.isBuilt() || residentKib <= MAX_RESIDENT_KIB, residentKib + " KiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--get-server-output", "--reverse"})
    void shouldMoveMuchWithEachSystemCall(final String direction) throws IOException {
        final Network network = newNetwork("-c");
        Iperf.serve(host());
        // Classes are loaded and compiled by the first transfer.
        Iperf.run(network.guest(), Lab.HOST_ADDRESS, "--time=2", direction);
        final Path trace = lab().directory().resolve("trace" + network.program().pid());
        final Program strace = host().start(
                        "strace",
                        "-f",
                        "-s",
                        "0",
                        "-o",
                        trace.toString(),
                        "-p",
                        Long.toString(network.program().pid()));
        assumeTrue(attached(strace), "no process may be traced here: " + strace.stderr());
        final Iperf result = Iperf.run(network.guest(), Lab.HOST_ADDRESS, "--time=3", direction);
        strace.signal("INT");
        strace.awaitExit();
        final SystemCalls calls = SystemCalls.read(trace);
        System.out.println(subject + " traced, " + direction + ": " + result + ", " + calls.summary());
        final double perSecond = 1 / result.seconds();
        assertTrue(calls.bytesPerDataCall() >= MIN_BYTES_PER_CALL, calls.toString());
        assertTrue(calls.count("mmap") * perSecond < 10, calls.toString());
        assertTrue(calls.count("timerfd_settime") * perSecond < 100, calls.toString());
        assertTrue(calls.count("futex") * perSecond < 200, calls.toString());
        // Of those that carry none, acknowledgements are the most: one or two for each that the guest's kernel cuts up.
        assertTrue(calls.others() <= 2 * calls.dataCalls(), calls.toString());
    }

    @Test
    void shouldRestWhenNothingHappens() throws IOException {
        final Network network = newNetwork("-c");
        final Peer server = peerIn(internet());
        server.does("listen", "rest", FAR, PORT);
        for (int i = 0; i < 10; i++) {
            final Peer.Doing accepting = server.begins("accept", "rest", "s" + i);
            network.peer().does("connect", "c" + i, FAR, PORT);
            accepting.succeeds();
            server.does("send", "s" + i, i, 1000);
            network.peer().does("receive", "c" + i, i, 1000);
        }
        // Ends that are half closed, each way, and one with an answer that nobody reads.
        server.does("finish", "s1");
        network.peer().does("finish", "c2");
        server.begins("send", "s3", 3, UNREAD_BYTES);
        network.peer().begins("send", "c4", 4, UNREAD_BYTES);
        awaitRest(network);
        final Path trace = lab().directory().resolve("rest");
        final Program strace = trace(network, trace);
        network.guest().run("sleep", Integer.toString(REST_SECONDS));
        strace.signal("INT");
        strace.awaitExit();
        final SystemCalls calls = SystemCalls.read(trace);
        System.out.println(subject + " in " + REST_SECONDS + " s of rest: " + calls);
        assertTrue(calls.others() + calls.dataCalls() <= MAX_CALLS_AT_REST, calls.toString());
    }

    /// The buffers of the unread connections are full when the program has not run for a while.
    private static void awaitRest(final Network network) {
        final long[] last = {0, System.nanoTime()};
        Await.until(() -> "rest of " + network.program(), () -> {
            final long now = cpuTicks(network.program());
            if (now != last[0]) {
                last[0] = now;
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > 500_000_000L;
        });
    }

    /// User and system time in ticks of the clock.
    private static long cpuTicks(final Program program) {
        try {
            final String stat = Files.readString(Path.of("/proc/" + program.pid() + "/stat"));
            final String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(words[11]) + Long.parseLong(words[12]);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Program trace(final Network network, final Path file) {
        final String pid = Long.toString(network.program().pid());
        final Program strace = host().start("strace", "-f", "-s", "0", "-o", file.toString(), "-p", pid);
        assumeTrue(attached(strace), "no process may be traced here: " + strace.stderr());
        return strace;
    }

    private static boolean attached(final Program strace) {
        Await.until(() -> "strace: " + strace, () -> strace.stderr().contains("attached") || !strace.isAlive());
        return strace.isAlive();
    }

    private static long status(final Program program, final String field) throws IOException {
        final String line = Files.readAllLines(Path.of("/proc/" + program.pid() + "/status")).stream()
                .filter(text -> text.startsWith(field + ":"))
                .findFirst()
                .orElseThrow();
        final String[] words = line.split("\\s+");
        assertEquals("kB", words[2]);
        return Long.parseLong(words[1]);
    }
}
