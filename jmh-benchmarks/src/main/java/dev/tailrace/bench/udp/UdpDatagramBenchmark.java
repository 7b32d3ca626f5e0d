package dev.tailrace.bench.udp;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.bench.stack.GuestFrames;
import dev.tailrace.bench.stack.StackUnderTest;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// UDP frames of one mapping in a second, through the whole stack: what it costs without the kernel's copies.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class UdpDatagramBenchmark extends BenchmarkDefaults {
    private static final int FRAMES = 8;
    private static final int SERVER_PORT = 4_433;
    private static final int GUEST_PORT = 40_000;

    /// Payload of a frame: one datagram, or a run of 44 that is sent and received at once (GSO, GRO).
    @Param({"1472", "64768"})
    int payloadBytes;

    private final StackUnderTest stack = new StackUnderTest((headers, offset, bytes) -> {}, 1);
    private UnsafeBuffer frame = new UnsafeBuffer();
    private int segmentBytes;

    /// Makes the mapping, and sees that a round is what it says.
    @Setup
    public void map() {
        segmentBytes = payloadBytes > GuestFrames.DATAGRAM_BYTES ? GuestFrames.DATAGRAM_BYTES : 0;
        frame = GuestFrames.udp(GuestFrames.SERVER, SERVER_PORT, GUEST_PORT, payloadBytes, segmentBytes);
        stack.link().add(frame);
        stack.work();
        final long takenBytes = stack.host().datagram().takenBytes();
        final long bytes = guestToHost() - takenBytes;
        final long transmitted = stack.link().transmitted();
        final long frames = hostToGuest() - transmitted;
        if (bytes != (long) FRAMES * payloadBytes || frames != FRAMES) {
            throw new IllegalStateException("a round of %d frames of %d bytes passed %d bytes in and %d frames out"
                    .formatted(FRAMES, payloadBytes, bytes, frames));
        }
    }

    /// Datagrams of the guest that wait together, sent to the host from where they lie.
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long guestToHost() {
        for (int count = 0; count < FRAMES; count++) {
            stack.link().add(frame);
        }
        stack.work();
        return stack.host().datagram().takenBytes();
    }

    /// Messages that wait together at the host's socket, each made a frame for the guest.
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long hostToGuest() {
        stack.host().datagram().offer(FRAMES, SERVER_PORT, payloadBytes, segmentBytes);
        stack.work();
        return stack.link().transmitted();
    }
}
