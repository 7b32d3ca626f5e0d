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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The facts without which the numbers mean nothing.
public final class Environment {
    private static final String NOT_TOLD = "not told";
    private static final Path VULNERABILITIES = Path.of("/sys/devices/system/cpu/vulnerabilities");
    private static final Pattern MITIGATION = Pattern.compile("Mitigation: ([^;:,]+).*");

    private Environment() {}

    /// @return name to value, in the order to show
    public static Map<String, String> facts(final Lab lab) {
        final Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("machine", machine());
        facts.put("kernel", System.getProperty("os.version"));
        facts.put("system", first("/etc/os-release", "PRETTY_NAME=").replaceAll("^PRETTY_NAME=|\"", ""));
        facts.put("mitigations", mitigations(VULNERABILITIES));
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

    /// What slows the kernel down for safety, one text: `meltdown PTI, spectre_v2 Retpolines`. What the processor
    /// is not affected by, or is left open, costs nothing.
    static String mitigations(final Path directory) {
        if (!Files.isDirectory(directory)) {
            return NOT_TOLD;
        }
        try (Stream<Path> files = Files.list(directory)) {
            final String all = files.sorted()
                    .map(file -> Map.entry(file.getFileName(), MITIGATION.matcher(first(file.toString(), ""))))
                    .filter(each -> each.getValue().matches())
                    .map(each -> each.getKey() + " " + each.getValue().group(1).strip())
                    .collect(Collectors.joining(", "));
            return all.isEmpty() ? "none" : all;
        } catch (IOException failure) {
            throw new LabException("reading " + directory, failure);
        }
    }

    private static String optional(final String file) {
        return Files.isReadable(Path.of(file)) ? first(file, "") : NOT_TOLD;
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
