package dev.tailrace.bench.wire;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.netstack.wire.InternetChecksum;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// The Internet checksum of a header, of a segment, and of the longest packet.
public class InternetChecksumBenchmark extends BenchmarkDefaults {
    private static final long SEED = 7;
    private static final int ALIGNMENT = 64;

    /// Bytes summed: an IPv4 header, the payload of an Ethernet frame, an IPv4 packet.
    @Param({"20", "1460", "65535"})
    int lengthBytes;

    private UnsafeBuffer buffer = new UnsafeBuffer();

    /// Fills a buffer.
    @Setup
    public void fill() {
        final byte[] bytes = new byte[lengthBytes];
        new SplittableRandom(SEED).nextBytes(bytes);
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(lengthBytes, ALIGNMENT));
        buffer.putBytes(0, bytes);
    }

    /// One sum, folded.
    @Benchmark
    public int checksum() {
        return InternetChecksum.complement(InternetChecksum.sum(buffer, 0, lengthBytes, 0));
    }
}
