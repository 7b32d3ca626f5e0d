package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.FrameCapture;
import dev.tailrace.tapio.lab.FrameFaults;
import dev.tailrace.tapio.lab.FrameRelay;
import dev.tailrace.tapio.lab.FrameRule;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.OurProgram;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The guest's kernel and our program over a link that loses, repeats, delays and reorders frames in both directions:
/// connections that end, reset and stall in the middle, each byte checked. A few seeds, `-Dsim.runs=N` more,
/// `-Dsim.seed=S` only that one. A failure tells its seed and writes the frames to `target/sim`.
class FaultyLinkIT {
    private static final int MTU = 1_500;
    private static final int DEFAULT_RUNS = 2;
    private static final int BULK_PORT = 7090;
    private static final long BULK_SEED = 1;
    private static final long BULK_BYTES = Long.getLong("faulty.bytes", 20_000_000);
    private static final Duration BULK_PATIENCE = Duration.ofSeconds(Long.getLong("faulty.seconds", 60));

    private static @Nullable Lab lab;
    private static @Nullable Program program;
    private static @Nullable FrameRelay relay;
    private static @Nullable Place guest;
    private static @Nullable Peer inGuest;
    private static @Nullable Peer server;

    @BeforeAll
    static void connect() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        lab = new Lab();
        final Path socket = lab.directory().resolve("bess");
        server = Peer.in(lab.internet());
        final List<String> command = new ArrayList<>(OurProgram.command());
        command.addAll(List.of("--mtu=" + MTU, "--target-type=bess", socket.toString()));
        program = lab.host().start(command).awaitStderr("Waiting for connection to ");
        guest = lab.newGuest();
        relay = FrameRelay.configured(guest, socket, MTU, FrameRule.PASS);
        inGuest = Peer.in(guest);
    }

    @AfterAll
    static void disconnect() {
        if (relay != null) {
            relay.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldComeToTheRightEndsOverABadLink(final long seed) {
        final FrameCapture capture = new FrameCapture();
        final FrameFaults faults = new FrameFaults(seed, capture);
        relay.rule(faults);
        try {
            converse(seed);
            assertTrue(faults.lost() > 0, "nothing was lost: shows nothing");
        } catch (final AssertionError e) {
            final Path file = Path.of("target", "sim", "faulty-link-" + seed + ".pcap");
            capture.write(file);
            throw new AssertionError(
                    "repeat: -Dsim.seed=" + seed + " (" + faults + ")\ncapture: " + file + "\n" + program, e);
        } finally {
            relay.rule(FrameRule.PASS);
        }
    }

    @Test
    void shouldComeToTheRightEndsThroughNetem() {
        final Program tc =
                guest.start("tc", "qdisc", "add", "dev", "tap0", "root", "netem", "loss", "1%", "delay", "1ms");
        assumeTrue(tc.awaitExit() == 0, "no netem in this kernel: " + tc);
        try {
            converse(-1);
        } finally {
            guest.run("tc", "qdisc", "del", "dev", "tap0", "root");
        }
    }

    /// Shares of 1,000 that are lost and that are overtaken, each way.
    @ParameterizedTest
    @CsvSource({"10, 0", "50, 0", "0, 50", "10, 30"})
    void shouldCarryBulkDataWithoutWaitingForEachLoss(final int lossShare, final int lateShare) {
        final String conditions = "loss " + lossShare + " and lateness " + lateShare + " per mille each way";
        final FrameFaults faults = new FrameFaults(BULK_SEED, lossShare, lateShare, new FrameCapture());
        relay.rule(faults);
        try {
            bulk().carryBothWays(conditions);
        } finally {
            relay.rule(FrameRule.PASS);
        }
        assertTrue(lossShare == 0 || faults.lost() > 0, "nothing was lost: shows nothing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loss 1%", "loss 5%", "delay 1ms reorder 5%", "loss 1% delay 1ms 200us duplicate 1%"})
    void shouldCarryBulkDataThroughNetem(final String faults) {
        final List<String> command = new ArrayList<>(List.of("tc", "qdisc", "add", "dev", "tap0", "root", "netem"));
        command.addAll(List.of(faults.split(" ")));
        final Program tc = guest.start(command);
        assumeTrue(tc.awaitExit() == 0, "no netem in this kernel: " + tc);
        try {
            bulk().carryBothWays("netem " + faults + " in the guest");
        } finally {
            guest.run("tc", "qdisc", "del", "dev", "tap0", "root");
        }
    }

    private static BulkTalk bulk() {
        return new BulkTalk(inGuest, server, Lab.FAR_ADDRESS, BULK_PORT, BULK_BYTES, BULK_PATIENCE);
    }

    static LongStream seeds() {
        final Long only = Long.getLong("sim.seed");
        return only != null ? LongStream.of(only) : LongStream.rangeClosed(1, Long.getLong("sim.runs", DEFAULT_RUNS));
    }

    /// All kinds of conversation at once, each on a connection of its own.
    private static void converse(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (final FaultyTalk.Kind kind : FaultyTalk.Kind.values()) {
                final FaultyTalk talk = new FaultyTalk(inGuest, server, kind, seed, random.split());
                all.add(threads.submit(talk));
            }
            for (final Future<?> one : all) {
                try {
                    one.get();
                } catch (final ExecutionException e) {
                    throw new AssertionError(e.getCause());
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
        assertEquals(FaultyTalk.Kind.values().length, all.size());
    }
}
