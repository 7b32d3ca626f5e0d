package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Lab;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How much one frame of the TAP carries at MTU 1500, by our program's own counters: segmentation offload in use, both
/// ways. Needs no tracer, and does not depend on how fast the machine is.
class BytesPerFrameIT extends KernelSuite {
    /// The most is 64 KiB; one segment is 1,448 bytes.
    private static final double MIN_BYTES_PER_FRAME = 30 * 1024;

    /// An acknowledgement goes out with the segment that completes 120 KiB, and at the end of a turn.
    private static final double MAX_FRAMES_OUT_PER_FRAME_IN = 2;

    private static final String BYTES = "--bytes=1G";

    @BeforeEach
    void needOurs() {
        assumeTrue(subject == Subject.OURS, "promised of our program alone");
    }

    @Test
    void shouldTakeMuchWithEachFrame() {
        final Traffic traffic = Traffic.of(newNetwork("-c", "-m", "1500"), "--get-server-output");
        System.out.println(subject + " up: " + traffic);
        assertTrue(traffic.bytesToHost >= traffic.transferredBytes, traffic.toString());
        assertTrue((double) traffic.bytesToHost / traffic.framesIn >= MIN_BYTES_PER_FRAME, traffic.toString());
        assertTrue(traffic.framesOut <= MAX_FRAMES_OUT_PER_FRAME_IN * traffic.framesIn, traffic.toString());
    }

    @Test
    void shouldGiveMuchWithEachFrame() {
        final Traffic traffic = Traffic.of(newNetwork("-c", "-m", "1500"), "--reverse");
        System.out.println(subject + " down: " + traffic);
        assertTrue(traffic.bytesToGuest >= traffic.transferredBytes, traffic.toString());
        assertTrue((double) traffic.bytesToGuest / traffic.framesOut >= MIN_BYTES_PER_FRAME, traffic.toString());
    }

    /// What was counted during a transfer, and what it moved.
    private record Traffic(long transferredBytes, long framesIn, long framesOut, long bytesToHost, long bytesToGuest) {
        static Traffic of(final Network network, final String direction) {
            Iperf.serve(host());
            final Map<String, Long> before = network.counters();
            final Iperf result = Iperf.run(network.guest(), Lab.HOST_ADDRESS, BYTES, direction);
            final Map<String, Long> after = network.counters();
            return new Traffic(
                    result.receivedBytes(),
                    grown("FRAMES_IN", before, after),
                    grown("FRAMES_OUT", before, after),
                    grown("TCP_BYTES_TO_HOST", before, after),
                    grown("TCP_BYTES_TO_GUEST", before, after));
        }

        private static long grown(final String name, final Map<String, Long> before, final Map<String, Long> after) {
            return after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
        }

        @Override
        public String toString() {
            return "%d frames in, %d out, %d bytes to the host (%.1f KiB a frame), %d to the guest (%.1f KiB)"
                    .formatted(
                            framesIn,
                            framesOut,
                            bytesToHost,
                            bytesToHost / 1024.0 / framesIn,
                            bytesToGuest,
                            bytesToGuest / 1024.0 / framesOut);
        }
    }
}
