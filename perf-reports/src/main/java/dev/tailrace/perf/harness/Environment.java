package dev.tailrace.perf.harness;

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

/// The facts without which the numbers mean nothing.
final class Environment {
    private Environment() {}

    static Map<String, String> facts(final Lab lab) {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("machine", machine());
        facts.put("kernel", System.getProperty("os.version"));
        facts.put("system", first("/etc/os-release", "PRETTY_NAME=").replaceAll("^PRETTY_NAME=|\"", ""));
        facts.put("hypervisor", first("/proc/cpuinfo", "flags").contains(" hypervisor") ? "yes" : "none seen");
        facts.put("frequency governor", optional("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
        facts.put(
                "processors we may use",
                first("/proc/self/status", "Cpus_allowed_list:").replaceAll("^.*:\\s*", ""));
        facts.put("load before", first("/proc/loadavg", ""));
        facts.put("congestion control of the host", lab.congestionControl());
        facts.put("Java of the harness", System.getProperty("java.vm.version"));
        facts.put(
                "iperf3",
                Programs.run("iperf3", "--version").lines().findFirst().orElse("no version"));
        return facts;
    }

    private static String optional(final String file) {
        return Files.isReadable(Path.of(file)) ? first(file, "") : "not told";
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
