package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How our program is asked to confine itself, and whether the kernel says that it did: of each thread, in
/// `/proc/PID/task/TID/status`, proc(5).
final class Sandbox {
    static final List<String> OPTIONS = List.of("--enable-sandbox", "--enable-seccomp");

    /// For a [Peer] that must be in it.
    static final String SETTINGS = "started with " + String.join(" ", OPTIONS);

    /// `CAP_NET_BIND_SERVICE`, linux/capability.h, is all that it may keep.
    private static final long ALLOWED = 1 << 10;

    private static final int HEXADECIMAL = 16;

    private Sandbox() {}

    /// Why a process is not in its sandbox, one line for each reason.
    static List<String> objections(final long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.map(thread -> read(thread.resolve("status")))
                    .flatMap(status -> objections(status).stream())
                    .distinct()
                    .toList();
        } catch (IOException failure) {
            throw new LabException("listing the threads of process " + pid, failure);
        }
    }

    /// A thread that has ended meanwhile is in nobody's way.
    private static String read(final Path status) {
        try {
            return Files.readString(status);
        } catch (IOException failure) {
            if (Files.exists(status)) {
                throw new LabException("reading " + status, failure);
            }
            return "";
        }
    }

    /// @param status of one thread; empty if it has ended
    static List<String> objections(final String status) {
        final List<String> objections = new ArrayList<>();
        if (status.isEmpty()) {
            return objections;
        }
        require(objections, status, "NoNewPrivs", "1");
        require(objections, status, "Seccomp", "2");
        for (final String set : List.of("CapPrm", "CapEff", "CapInh")) {
            final String value = value(status, set).orElse("ffffffffffffffff");
            if ((Long.parseUnsignedLong(value, HEXADECIMAL) & ~ALLOWED) != 0) {
                objections.add("a thread that should be in the sandbox has " + set + " " + value);
            }
        }
        return objections;
    }

    private static void require(
            final List<String> objections, final String status, final String key, final String wanted) {
        final String value = value(status, key).orElse("nothing");
        if (!value.equals(wanted)) {
            objections.add("a thread that should be in the sandbox has %s %s and not %s".formatted(key, value, wanted));
        }
    }

    private static Optional<String> value(final String status, final String key) {
        return status.lines()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst();
    }
}
