package dev.tailrace.runtime.container;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a container's processes have used, added up out of /proc (proc(5)).
///
/// Of processor time and of transfers, what children took that have ended and were waited for is in their parents'
/// figures; what was not waited for is lost. Memory is the proportional set size, so that what processes share counts
/// once.
///
/// @param processorNs user and system time
/// @param systemNs processor time of the whole machine, idle included, at the same moment
/// @param memoryBytes resident, shared pages in parts
/// @param memoryLimitBytes what the machine has, or the container may have of it
/// @param tasks threads
/// @param readBytes from disks, and `writtenBytes` to them
/// @param interfaces of its network namespace, without the loopback; empty where that is the engine's own
public record ResourceUsage(
        long processorNs,
        long userNs,
        long systemNs,
        int processors,
        long memoryBytes,
        long memoryLimitBytes,
        int tasks,
        long readBytes,
        long writtenBytes,
        Map<String, Traffic> interfaces) {
    private static final long TICK_NS = 10_000_000;
    private static final long KIBI = 1024;

    /// Counters of an interface, as the container sees them.
    public record Traffic(
            long receivedBytes,
            long receivedPackets,
            long receiveErrors,
            long receiveDrops,
            long sentBytes,
            long sentPackets,
            long sendErrors,
            long sendDrops) {}

    /// @param proc `/proc`
    /// @param pids of the container, its first process first; those that have ended count nothing
    public static ResourceUsage of(final Path proc, final List<Integer> pids) {
        long userTicks = 0;
        long kernelTicks = 0;
        long memoryBytes = 0;
        long readBytes = 0;
        long writtenBytes = 0;
        int tasks = 0;
        for (final int pid : pids) {
            final Path process = proc.resolve(Integer.toString(pid));
            final Optional<String> stat = read(process.resolve("stat"));
            if (stat.isPresent()) {
                // The name, in parentheses, may have anything in it.
                final String[] fields = stat.get()
                        .substring(stat.get().lastIndexOf(')') + 1)
                        .strip()
                        .split(" ");
                userTicks += Long.parseLong(fields[11]) + Long.parseLong(fields[13]);
                kernelTicks += Long.parseLong(fields[12]) + Long.parseLong(fields[14]);
                tasks += Integer.parseInt(fields[17]);
                memoryBytes += memory(process);
                final Map<String, Long> io = numbers(read(process.resolve("io")).orElse(""));
                readBytes += io.getOrDefault("read_bytes", 0L);
                writtenBytes += io.getOrDefault("write_bytes", 0L);
            }
        }
        final List<String> machine =
                read(proc.resolve("stat")).orElse("").lines().toList();
        return new ResourceUsage(
                (userTicks + kernelTicks) * TICK_NS,
                userTicks * TICK_NS,
                machine.isEmpty() ? 0 : machineNs(machine.getFirst()),
                (int) machine.stream()
                        .filter(line -> line.matches("cpu[0-9].*"))
                        .count(),
                memoryBytes,
                numbers(read(proc.resolve("meminfo")).orElse("")).getOrDefault("MemTotal", 0L) * KIBI,
                tasks,
                readBytes,
                writtenBytes,
                pids.isEmpty() ? Map.of() : interfaces(proc, pids.getFirst()));
    }

    /// The same for a container that may not have all of the machine's memory.
    ///
    /// @param limitBytes 0 if it may
    public ResourceUsage within(final long limitBytes) {
        if (limitBytes <= 0 || limitBytes >= memoryLimitBytes) {
            return this;
        }
        return new ResourceUsage(
                processorNs,
                userNs,
                systemNs,
                processors,
                memoryBytes,
                limitBytes,
                tasks,
                readBytes,
                writtenBytes,
                interfaces);
    }

    /// user, nice, system, idle, iowait, irq, softirq and steal; the time of guests is in the first two.
    private static long machineNs(final String line) {
        final String[] fields = line.strip().split(" +");
        long ticks = 0;
        for (int i = 1; i < Math.min(fields.length, 9); i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks * TICK_NS;
    }

    /// The resident pages where the kernel does not tell how they are shared.
    private static long memory(final Path process) {
        final Map<String, Long> rollup =
                numbers(read(process.resolve("smaps_rollup")).orElse(""));
        final Long proportional = rollup.get("Pss");
        return KIBI
                * (proportional != null
                        ? proportional
                        : numbers(read(process.resolve("status")).orElse("")).getOrDefault("VmRSS", 0L));
    }

    private static Map<String, Traffic> interfaces(final Path proc, final int pid) {
        final Path process = proc.resolve(Integer.toString(pid));
        final Optional<Path> own = link(proc.resolve("self/ns/net"));
        if (own.isPresent() && own.equals(link(process.resolve("ns/net")))) {
            return Map.of();
        }
        final Map<String, Traffic> interfaces = new LinkedHashMap<>();
        for (final String line :
                read(process.resolve("net/dev")).orElse("").lines().skip(2).toList()) {
            final int colon = line.indexOf(':');
            final String name = line.substring(0, Math.max(0, colon)).strip();
            if (colon > 0 && !name.equals("lo")) {
                final List<Long> counters = new ArrayList<>();
                for (final String number : line.substring(colon + 1).strip().split(" +")) {
                    counters.add(Long.parseLong(number));
                }
                interfaces.put(
                        name,
                        new Traffic(
                                counters.get(0),
                                counters.get(1),
                                counters.get(2),
                                counters.get(3),
                                counters.get(8),
                                counters.get(9),
                                counters.get(10),
                                counters.get(11)));
            }
        }
        return interfaces;
    }

    /// `Name: 12 kB` each.
    private static Map<String, Long> numbers(final String text) {
        final Map<String, Long> numbers = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            final int colon = line.indexOf(':');
            if (colon > 0) {
                final String value = line.substring(colon + 1).strip().split(" ")[0];
                if (value.matches("[0-9]{1,18}")) {
                    numbers.put(line.substring(0, colon).strip(), Long.parseLong(value));
                }
            }
        });
        return numbers;
    }

    private static Optional<Path> link(final Path path) {
        try {
            return Optional.of(Files.readSymbolicLink(path));
        } catch (final IOException _) {
            // The process has ended.
            return Optional.empty();
        }
    }

    /// Empty if the process has ended meanwhile, or it is not ours to look at.
    private static Optional<String> read(final Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (final IOException _) {
            return Optional.empty();
        }
    }
}
