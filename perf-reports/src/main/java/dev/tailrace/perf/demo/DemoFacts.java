package dev.tailrace.perf.demo;

import dev.tailrace.perf.harness.Environment;
import dev.tailrace.perf.lab.Lab;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What the page of the demo says about the machine and the runs.
final class DemoFacts {
    private DemoFacts() {}

    static Map<String, String> of(final Lab lab, final DemoOptions options) {
        final Map<String, String> facts = Environment.facts(lab);
        facts.put(
                "runs",
                "%d of %d s, one stream, after %d s of warm-up each way for what runs on a JVM; seed %d"
                        .formatted(options.runs(), options.seconds(), options.warmupSeconds(), options.seed()));
        facts.put("traffic", "iperf3 between the guest and " + Lab.HOST_ADDRESS + " on its host");
        return facts;
    }

    /// On the host and in the guests, one by one if they differ.
    static String congestion(final Lab lab, final Map<String, String> guests) {
        final Set<String> distinct = new TreeSet<>(guests.values());
        return "host %s, guests %s"
                .formatted(
                        lab.congestionControl(),
                        distinct.size() == 1 ? distinct.iterator().next() : guests);
    }
}
