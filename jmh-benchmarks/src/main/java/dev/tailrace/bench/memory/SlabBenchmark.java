package dev.tailrace.bench.memory;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.bench.stack.DirectMemory;
import dev.tailrace.netstack.memory.Slab;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Taking blocks and giving them back.
public class SlabBenchmark extends BenchmarkDefaults {
    private static final int HELD_BLOCKS = 8;

    /// Length of a block: the smallest, a new ring, the largest.
    @Param({"16384", "65536", "2097152"})
    int blockBytes;

    private final Slab empty = new Slab(new DirectMemory());
    private final Slab used = new Slab(new DirectMemory());
    private final int[] held = new int[HELD_BLOCKS];
    private int oldest;

    /// Takes the blocks that are held.
    @Setup
    public void hold() {
        for (int block = 0; block < HELD_BLOCKS; block++) {
            held[block] = used.allocate(blockBytes);
            if (held[block] == Slab.NONE) {
                throw new IllegalStateException("no block of " + blockBytes + " bytes in a new slab");
            }
        }
    }

    /// A block of a slab that is whole otherwise: the largest is split down to it and put together again.
    @Benchmark
    public int allocateFree() {
        final int block = empty.allocate(blockBytes);
        empty.free(block, blockBytes);
        return block;
    }

    /// The oldest of some blocks given back, and another one taken.
    @Benchmark
    public int replaceOldest() {
        used.free(held[oldest], blockBytes);
        final int block = used.allocate(blockBytes);
        held[oldest] = block;
        oldest = oldest + 1 == HELD_BLOCKS ? 0 : oldest + 1;
        return block;
    }
}
