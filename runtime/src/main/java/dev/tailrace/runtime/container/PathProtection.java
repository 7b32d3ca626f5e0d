package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Fd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Hides the paths of /proc and /sys that Docker hides, and makes those read-only that it makes read-only.
///
/// Each is opened from the descriptor of the very file system that was mounted for the container, without following a
/// link or crossing a mount: an image whose /proc is a link, or a user's mount below it, cannot lead anywhere else
/// (CVE-2019-16884, CVE-2025-31133). What is not there on this kernel is left out, which is decided by looking at the
/// engine's own /proc and /sys. Anything else that is in the way is an error.
final class PathProtection {
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private static final Path PROCESSORS = Path.of("/sys/devices/system/cpu");
    private static final Pattern PROCESSOR = Pattern.compile("cpu[0-9]+");
    private static final String THROTTLE = "thermal_throttle";

    private static final long STRAIGHT =
            ChildProgram.RESOLVE_NO_SYMLINKS | ChildProgram.RESOLVE_NO_XDEV | ChildProgram.RESOLVE_BENEATH;

    private final ChildProgram child;
    private final int proc;
    private final int sys;

    /// @param proc and `sys`: the records whose results are descriptors of what is mounted there
    PathProtection(final ChildProgram child, final int proc, final int sys) {
        this.child = child;
        this.proc = proc;
        this.sys = sys;
    }

    void mask() {
        final List<String> paths = new ArrayList<>(MASKED);
        paths.addAll(throttles());
        for (final String path : paths) {
            final Path ours = Path.of(path);
            if (Files.isDirectory(ours)) {
                final int target = open(path, Fd.O_DIRECTORY);
                final long attributes = ChildProgram.READ_ONLY | ChildProgram.ALL_RESTRICTIONS;
                child.attach(child.fileSystem("tmpfs", attributes, List.of("size=4k")), target, path);
            } else if (Files.exists(ours)) {
                // The engine's /dev/null: nothing that the container could have made.
                child.attach(child.copyOfMount("/dev/null", false), open(path, 0), path);
            }
        }
    }

    void makeReadOnly() {
        for (final String path : READ_ONLY) {
            if (Files.exists(Path.of(path))) {
                final int target = open(path, 0);
                final int copy = child.copyOfMount(target, "", true);
                child.restrict(copy, path, ChildProgram.READ_ONLY | ChildProgram.ALL_RESTRICTIONS, true);
                child.attach(copy, target, path);
            }
        }
    }

    private int open(final String path, final int flags) {
        final int second = path.indexOf('/', 1);
        final int base = path.startsWith("/proc/") ? proc : sys;
        return child.openBeneath(base, path.substring(second + 1), Fd.O_PATH | flags, STRAIGHT);
    }

    private static List<String> throttles() {
        try (Stream<Path> processors = Files.list(PROCESSORS)) {
            return processors
                    .filter(entry -> PROCESSOR
                            .matcher(String.valueOf(entry.getFileName()))
                            .matches())
                    .map(processor -> processor.resolve(THROTTLE))
                    .filter(Files::isDirectory)
                    .map(Path::toString)
                    .toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
