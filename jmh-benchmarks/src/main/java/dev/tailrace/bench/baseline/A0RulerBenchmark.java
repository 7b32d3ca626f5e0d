package dev.tailrace.bench.baseline;

import dev.tailrace.bench.BenchmarkDefaults;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/// The ruler, first by its name: how fast the machine copies memory and reads its clock. When these have changed, so
/// has the machine, and times of other benchmarks do not compare. JMH sorts by mode before it sorts by name.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class A0RulerBenchmark extends BenchmarkDefaults {
    private static final int FRAME_BYTES = 64 << 10;
    private static final int RING_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;

    private final UnsafeBuffer source = new UnsafeBuffer(BufferUtil.allocateDirectAligned(RING_BYTES, PAGE_BYTES));
    private final UnsafeBuffer target = new UnsafeBuffer(BufferUtil.allocateDirectAligned(RING_BYTES, PAGE_BYTES));

    /// Copies 64 KiB, which stay in the cache: the payload of a super-segment.
    @Benchmark
    public UnsafeBuffer copy64KiB() {
        target.putBytes(0, source, 0, FRAME_BYTES);
        return target;
    }

    /// Copies 1 MiB: the largest ring.
    @Benchmark
    public UnsafeBuffer copy1MiB() {
        target.putBytes(0, source, 0, RING_BYTES);
        return target;
    }

    /// Reads the clock.
    @Benchmark
    public long nanoTime() {
        return System.nanoTime();
    }
}
