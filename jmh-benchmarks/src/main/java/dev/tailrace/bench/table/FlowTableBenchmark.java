package dev.tailrace.bench.table;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.netstack.table.FlowTable;
import dev.tailrace.netstack.table.KeyedHash;
import dev.tailrace.netstack.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Looking up one of many flows, each time another.
public class FlowTableBenchmark extends BenchmarkDefaults {
    private static final int GUEST = 0x0a00_0264;
    private static final int PORTS = 20_000;
    private static final int FIRST_PORT = 1_024;

    /// Above the port in a key that no flow has.
    private static final int OTHER_KIND = 1 << 16;

    /// Flows are taken in steps of this prime, so that neighbours in time are not neighbours in memory.
    private static final int STRIDE = 7_919;

    /// Flows in the table, which is as large as they need.
    @Param({"10", "1000", "100000"})
    int flows;

    private FlowTable<Flow> table = new FlowTable<>(1, new KeyedHash(1, 2));
    private int step;
    private int next;

    /// Fills the table.
    @Setup
    public void fill() {
        table = new FlowTable<>(flows, new KeyedHash(1, 2));
        for (int flow = 0; flow < flows; flow++) {
            table.add(new Flow(address(flow), port(flow)));
        }
        step = STRIDE % flows;
        if (hit() == null || miss() != null) {
            throw new IllegalStateException("the keys are not what the table was filled with");
        }
    }

    /// A flow that is there.
    @Benchmark
    public @Nullable Flow hit() {
        advance();
        return table.get(IpAddress.IPV4_HI, address(next), port(next));
    }

    /// A flow that is not there.
    @Benchmark
    public @Nullable Flow miss() {
        advance();
        return table.get(IpAddress.IPV4_HI, address(next), port(next) | OTHER_KIND);
    }

    /// A flow that is there, and becomes the one used last.
    @Benchmark
    public @Nullable Flow hitAndTouch() {
        final Flow flow = hit();
        if (flow != null) {
            table.touch(flow);
        }
        return flow;
    }

    private void advance() {
        next += step;
        if (next >= flows) {
            next -= flows;
        }
    }

    private static long address(final int flow) {
        return IpAddress.ipv4Lo(GUEST + flow / PORTS);
    }

    private static int port(final int flow) {
        return FIRST_PORT + flow % PORTS;
    }

    /// What is kept in the table.
    public static final class Flow extends FlowTable.Entry {
        Flow(final long addressLo, final int port) {
            super(IpAddress.IPV4_HI, addressLo, port);
        }
    }
}
