package dev.tailrace.perf.demo;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The facts without which the numbers mean nothing.
final class Environment {
    private Environment() {}

    static Map<String, String> facts(final Lab lab, final DemoOptions options) {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("machine", machine());
        facts.put("kernel", System.getProperty("os.version"));
        facts.put("load before", first("/proc/loadavg", ""));
        facts.put(
                "runs",
                "%d of %d s, one stream, after %d s of warm-up each way for what runs on a JVM; seed %d"
                        .formatted(options.runs(), options.seconds(), options.warmupSeconds(), options.seed()));
        facts.put(
                "traffic",
                Programs.run("iperf3", "--version").lines().findFirst().orElse("iperf3") + " between the guest and "
                        + Lab.HOST_ADDRESS + " on its host");
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

    private static String machine() {
        final String model = first("/proc/cpuinfo", "model name");
        return "%d x %s, %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        model.substring(model.indexOf(':') + 1).strip(),
                        first("/proc/meminfo", "MemTotal").replaceAll(" +", " "));
    }

    /// The first line that starts so.
    private static String first(final String file, final String start) {
        try {
            return Files.readString(Path.of(file))
                    .lines()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException failure) {
            throw new LabException("reading " + file, failure);
        }
    }
}
