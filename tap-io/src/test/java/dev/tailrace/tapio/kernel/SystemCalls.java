package dev.tailrace.tapio.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The system calls of a process, as `strace -f` wrote them down.
final class SystemCalls {
    private static final Set<String> DATA =
            Set.of("read", "write", "readv", "writev", "recvfrom", "sendto", "recvmsg", "sendmsg", "send", "recv");

    /// Acknowledgements, events and answers are shorter: 10 bytes of virtio header, Ethernet, IP and TCP with options.
    private static final long PAYLOAD_FROM_BYTES = 128;

    private static final Pattern WHOLE = Pattern.compile("^\\d+ +(\\w+)\\(.*\\) += (-?\\d+).*$");
    private static final Pattern RESUMED = Pattern.compile("^\\d+ +<\\.\\.\\. (\\w+) resumed>.* = (-?\\d+).*$");

    private final Map<String, Long> counts = new TreeMap<>();
    private long dataCalls;
    private long dataBytes;
    private long others;

    private SystemCalls() {}

    static SystemCalls read(final Path trace) throws IOException {
        final SystemCalls calls = new SystemCalls();
        try (Stream<String> lines = Files.lines(trace)) {
            lines.forEach(calls::add);
        }
        return calls;
    }

    /// Calls that moved payload.
    long dataCalls() {
        return dataCalls;
    }

    /// Calls that did not: polls, reads that found nothing, acknowledgements.
    long others() {
        return others;
    }

    long count(final String name) {
        return counts.getOrDefault(name, 0L);
    }

    double bytesPerDataCall() {
        return dataCalls == 0 ? 0 : (double) dataBytes / dataCalls;
    }

    String summary() {
        return "%.1f KiB in each of %d calls that carry payload, %d others"
                .formatted(bytesPerDataCall() / 1024, dataCalls, others);
    }

    @Override
    public String toString() {
        return summary() + ": " + counts;
    }

    private void add(final String line) {
        Matcher match = WHOLE.matcher(line);
        if (!match.matches()) {
            match = RESUMED.matcher(line);
            if (!match.matches()) {
                return;
            }
        }
        final String name = match.group(1);
        final long result = Long.parseLong(match.group(2));
        counts.merge(name, 1L, Long::sum);
        if (DATA.contains(name) && result > PAYLOAD_FROM_BYTES) {
            dataCalls++;
            dataBytes += result;
        } else {
            others++;
        }
    }
}
