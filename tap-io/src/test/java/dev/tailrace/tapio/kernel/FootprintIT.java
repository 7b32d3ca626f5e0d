package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
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
        assertTrue(calls.others() <= calls.dataCalls(), calls.toString());
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
