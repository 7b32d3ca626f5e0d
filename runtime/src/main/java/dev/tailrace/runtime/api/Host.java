package dev.tailrace.runtime.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The machine, as clients are told.
///
/// @param machine as uname(1) says it, `x86_64`
/// @param architecture as Go says it, `amd64`
record Host(
        String name,
        String kernel,
        String machine,
        String architecture,
        String operatingSystem,
        String osVersion,
        String javaVersion,
        long memoryBytes) {
    private static final Path RELEASE = Path.of("/etc/os-release");
    private static final Path KERNEL = Path.of("/proc/sys/kernel/osrelease");
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");
    private static final Path MEMORY = Path.of("/proc/meminfo");

    static Host read() throws IOException {
        final boolean isArm = System.getProperty("os.arch").equals("aarch64");
        final Map<String, String> release = release();
        return new Host(
                Files.readString(HOSTNAME).strip(),
                Files.readString(KERNEL).strip(),
                isArm ? "aarch64" : "x86_64",
                isArm ? "arm64" : "amd64",
                release.getOrDefault("PRETTY_NAME", "Linux"),
                release.getOrDefault("VERSION_ID", ""),
                "java" + Runtime.version().feature(),
                totalMemoryBytes());
    }

    private static Map<String, String> release() throws IOException {
        final Map<String, String> release = new HashMap<>();
        if (Files.isReadable(RELEASE)) {
            for (final String line : Files.readAllLines(RELEASE)) {
                final int equals = line.indexOf('=');
                if (equals > 0) {
                    release.put(
                            line.substring(0, equals),
                            line.substring(equals + 1).replace("\"", ""));
                }
            }
        }
        return release;
    }

    private static long totalMemoryBytes() throws IOException {
        for (final String line : Files.readAllLines(MEMORY)) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }
}
