package dev.tailrace.perf.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the kernel says about a process, from `/proc`.
public final class ProcessUsage {
    /// `USER_HZ`: 100 on every architecture that Java runs on.
    private static final double TICKS_PER_SECOND = 100;

    /// Positions after the program's name in `/proc/PID/stat`, proc(5): utime, stime, and both of the children
    /// that have ended are fields 14 to 17, the name is field 2.
    private static final int USER_TICKS = 14 - 3;

    private static final int OWN_SYSTEM_TICKS = 15 - 3;
    private static final int CHILDREN_SYSTEM_TICKS = 17 - 3;
    private static final int BYTES_PER_KIB = 1024;

    private ProcessUsage() {}

    /// User and system time of a process and of all that it started, ended or not, in steps of 10 ms.
    ///
    /// @throws LabException if the process itself has ended
    public static double cpuSeconds(final ProcessHandle process) {
        return cpuSeconds(read(process.pid(), "stat"))
                + process.descendants()
                        .flatMap(each -> ProcessTable.stat(each.pid()).stream())
                        .mapToDouble(ProcessUsage::cpuSeconds)
                        .sum();
    }

    /// User and system time of a process alone, in steps of 10 ms.
    ///
    /// @throws LabException if it has ended
    public static double ownCpuSeconds(final ProcessHandle process) {
        return ticks(read(process.pid(), "stat"), OWN_SYSTEM_TICKS) / TICKS_PER_SECOND;
    }

    static double cpuSeconds(final String stat) {
        return ticks(stat) / TICKS_PER_SECOND;
    }

    /// The same of one process and its ended children, in ticks.
    public static long ticks(final String stat) {
        return ticks(stat, CHILDREN_SYSTEM_TICKS);
    }

    private static long ticks(final String stat, final int last) {
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = 0;
        for (int i = USER_TICKS; i <= last; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }

    /// The most memory that a process ever had resident.
    public static long peakResidentBytes(final ProcessHandle process) {
        return peakResidentBytes(read(process.pid(), "status"));
    }

    static long peakResidentBytes(final String status) {
        return status.lines()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * BYTES_PER_KIB)
                .findFirst()
                .orElseThrow(() -> new LabException("no VmHWM in the status of a process"));
    }

    /// What the process executes.
    public static String executable(final ProcessHandle process) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/exe"))
                    .toString();
        } catch (IOException failure) {
            // A process that has entered a namespace may be closed to us.
            return "not visible (" + failure.getClass().getSimpleName() + ")";
        }
    }

    private static String read(final long pid, final String file) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/" + file));
        } catch (IOException failure) {
            throw new LabException("reading /proc/%d/%s".formatted(pid, file), failure);
        }
    }
}
