package dev.tailrace.bench.tcp;

import dev.tailrace.bench.BenchmarkDefaults;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Frames of one connection in a second, through the whole stack: what it costs without the kernel's copies.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class TcpSegmentBenchmark extends BenchmarkDefaults {
    /// Frames at a time. Eight of the longest fit the guest's window and half of the largest ring.
    private static final int FRAMES = 8;

    private static final int SETTLING_ROUNDS = 100;

    /// Payload of a frame: one segment, or a super-segment of 45 that makes up almost 64 KiB.
    @Param({"1448", "65160"})
    int payloadBytes;

    private final UnsafeBuffer[] segments = new UnsafeBuffer[FRAMES];
    private final GuestConnection connection = new GuestConnection();

    /// Lets ring and window grow as far as they will, and sees that a round is what it says.
    @Setup
    public void settle() {
        for (int frame = 0; frame < FRAMES; frame++) {
            segments[frame] = GuestConnection.segment(payloadBytes);
        }
        for (int round = 0; round < SETTLING_ROUNDS; round++) {
            guestToHost();
            hostToGuest();
        }
        final long takenBytes = connection.stream().takenBytes();
        final long bytes = guestToHost() - takenBytes;
        final long transmitted = connection.stack().link().transmitted();
        final long frames = hostToGuest() - transmitted;
        if (bytes != (long) FRAMES * payloadBytes || frames != FRAMES) {
            throw new IllegalStateException("a round of %d frames of %d bytes passed %d bytes in and %d frames out"
                    .formatted(FRAMES, payloadBytes, bytes, frames));
        }
    }

    /// Segments of the guest that wait together: their payload is sent to the host from where it lies, and
    /// acknowledged.
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long guestToHost() {
        connection.send(segments, payloadBytes);
        return connection.stream().takenBytes();
    }

    /// As many times as there are frames, the host has payload for one, and a turn makes it a frame. Then the
    /// guest acknowledges them all.
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long hostToGuest() {
        for (int frame = 0; frame < FRAMES; frame++) {
            connection.stream().offer(payloadBytes);
            connection.stack().work();
        }
        connection.acknowledge();
        return connection.stack().link().transmitted();
    }
}
