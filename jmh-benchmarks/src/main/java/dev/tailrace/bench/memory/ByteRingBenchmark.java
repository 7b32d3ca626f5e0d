package dev.tailrace.bench.memory;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.bench.stack.DirectMemory;
import dev.tailrace.netstack.memory.ByteRing;
import dev.tailrace.netstack.memory.Slab;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// What a flow does with its ring for each segment or super-segment.
public class ByteRingBenchmark extends BenchmarkDefaults {
    private static final int CAPACITY = 1 << 18;
    private static final int ALIGNMENT = 64;

    /// Payload at a time.
    @Param({"1448", "65160"})
    int payloadBytes;

    private final Slab slab = new Slab(new DirectMemory());
    private final ByteRing busy = new ByteRing(slab);
    private final ByteRing idle = new ByteRing(slab);
    private UnsafeBuffer payload = new UnsafeBuffer();

    /// Gives the busy ring its block, and a byte that keeps it.
    @Setup
    public void fill() {
        payload = new UnsafeBuffer(BufferUtil.allocateDirectAligned(payloadBytes, ALIGNMENT));
        if (!busy.reserve(CAPACITY)) {
            throw new IllegalStateException("no block of " + CAPACITY + " bytes in a new slab");
        }
        busy.added(1);
    }

    /// Payload received in place, looked at as it is sent, and acknowledged: nothing is copied.
    @Benchmark
    public int receiveSendDrop() {
        final int space = busy.contiguous(busy.length(), Math.min(busy.space(), payloadBytes));
        final int place = busy.offset(busy.length());
        busy.added(payloadBytes);
        final int first = busy.contiguous(1, payloadBytes);
        final int second = first == payloadBytes ? 0 : busy.offset(1 + first);
        busy.drop(payloadBytes);
        return space + place + second;
    }

    /// Payload copied to the end, and dropped from the front.
    @Benchmark
    public int appendDrop() {
        busy.append(payload, 0, payloadBytes);
        busy.drop(payloadBytes);
        return busy.length();
    }

    /// The same where nothing else is held: a block is taken for it and given back.
    @Benchmark
    public int reserveAppendDrop() {
        if (!idle.reserve(CAPACITY)) {
            return -1;
        }
        idle.append(payload, 0, payloadBytes);
        idle.drop(payloadBytes);
        return idle.length();
    }
}
