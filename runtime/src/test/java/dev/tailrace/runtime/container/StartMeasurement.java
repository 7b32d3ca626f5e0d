package dev.tailrace.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Prints how long it takes from [ContainerRuntime#start] to the first byte of output, and to the end, in a mapped user
/// namespace: `unshare --user --map-root-user --map-auto --mount --fork java -cp ... StartMeasurement [COUNT]`.
final class StartMeasurement {
    private static final int WARM_UP = 200;
    private static final double NS_PER_MS = 1e6;

    private StartMeasurement() {}

    public static void main(final String... arguments) throws IOException {
        final int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
        final Path root = BusyboxRoot.make(Files.createTempDirectory("start-measurement"));
        final NamespacedRuntime runtime = new NamespacedRuntime();
        final long[] startNs = new long[count];
        final long[] firstNs = new long[count];
        final long[] endNs = new long[count];
        for (int i = -WARM_UP; i < count; i++) {
            final long from = System.nanoTime();
            final ContainerProcess process =
                    runtime.start(Containers.container(root, Containers.process("echo", "on")));
            final long started = System.nanoTime() - from;
            if (process.output().read() != 'o') {
                throw new AssertionError("no output");
            }
            final long first = System.nanoTime() - from;
            if (Containers.exitCode(process) != 0) {
                throw new AssertionError("it failed");
            }
            final long end = System.nanoTime() - from;
            process.close();
            if (i == -WARM_UP) {
                System.out.printf("cold: first output %.2f ms%n", first / NS_PER_MS);
            }
            if (i >= 0) {
                startNs[i] = started;
                firstNs[i] = first;
                endNs[i] = end;
            }
        }
        print("start() returned", startNs);
        print("first output", firstNs);
        print("end", endNs);
    }

    private static void print(final String what, final long... ns) {
        Arrays.sort(ns);
        System.out.printf(
                "%s: median %.2f ms, p90 %.2f ms, least %.2f ms%n",
                what, ns[ns.length / 2] / NS_PER_MS, ns[ns.length * 9 / 10] / NS_PER_MS, ns[0] / NS_PER_MS);
    }
}
