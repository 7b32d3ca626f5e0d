package dev.tailrace.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Counts the bytes of heap that a piece of code allocates on this thread.
final class AllocationMeter {
    static final int WARM_UP_CALLS = 20_000;
    static final int MEASURED_CALLS = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Bytes allocated by all of [#MEASURED_CALLS] calls together, after [#WARM_UP_CALLS] that are not counted:
    /// what is allocated once, when code is linked, is not part of an operation.
    long allocatedBytes(final Runnable call) {
        run(call, WARM_UP_CALLS);
        final long before = threads.getCurrentThreadAllocatedBytes();
        run(call, MEASURED_CALLS);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static void run(final Runnable call, final int times) {
        for (int time = 0; time < times; time++) {
            call.run();
        }
    }
}
