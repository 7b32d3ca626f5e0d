package dev.tailrace.perf.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The processes that `/proc` shows.
public final class ProcessTable {
    private static final Path PROC = Path.of("/proc");
    private static final String NUMBERS = "[0-9]*";
    private static final String NO_SUCH_PROCESS = "No such process";

    private ProcessTable() {}

    /// @param state `R`, `S`, `Z` for a zombie, and so on; proc(5)
    record Entry(int pid, char state, int parent, int group, int session) {
        /// Reads `/proc/PID/stat`. The name, in parentheses, may hold anything.
        static Entry parse(final String stat) {
            final int afterName = stat.lastIndexOf(')');
            final String[] fields = stat.substring(afterName + 2).split(" ");
            return new Entry(
                    Integer.parseInt(stat.substring(0, stat.indexOf(' '))),
                    fields[0].charAt(0),
                    Integer.parseInt(fields[1]),
                    Integer.parseInt(fields[2]),
                    Integer.parseInt(fields[3]));
        }

        boolean isZombie() {
            return state == 'Z';
        }
    }

    static List<Entry> read() {
        return stats().stream().map(Entry::parse).toList();
    }

    /// `/proc/PID/stat` of each process of our process namespace, proc(5).
    public static List<String> stats() {
        final List<String> stats = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, NUMBERS)) {
            for (final Path process : processes) {
                stat(process).ifPresent(stats::add);
            }
        } catch (IOException failure) {
            throw new LabException("reading " + PROC, failure);
        }
        return stats;
    }

    /// `/proc/PID/stat` of a process; nothing if it has ended, and its parent has its time.
    static Optional<String> stat(final long pid) {
        final Path process = PROC.resolve(Long.toString(pid));
        try {
            return stat(process);
        } catch (IOException failure) {
            throw new LabException("reading " + process, failure);
        }
    }

    /// ENOENT or ESRCH: it ended before the reading or in it.
    private static Optional<String> stat(final Path process) throws IOException {
        try {
            return Optional.of(Files.readString(process.resolve("stat")));
        } catch (NoSuchFileException ended) {
            return Optional.empty();
        } catch (IOException failure) {
            if (String.valueOf(failure.getMessage()).contains(NO_SUCH_PROCESS)) {
                return Optional.empty();
            }
            throw failure;
        }
    }
}
