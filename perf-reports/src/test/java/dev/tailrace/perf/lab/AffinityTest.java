package dev.tailrace.perf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class AffinityTest {
    private static final String ALLOWED = "Cpus_allowed_list:";

    private static String allowed(final Path status) throws IOException {
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(ALLOWED))
                .map(line -> line.substring(ALLOWED.length()).strip())
                .findFirst()
                .orElseThrow();
    }

    private static BitSet last(final BitSet processors) {
        final BitSet one = new BitSet();
        one.set(processors.length() - 1);
        return one;
    }

    @Test
    void shouldRestrictTheThreadAndWhatItStarts() throws InterruptedException, IOException {
        final BitSet before = Affinity.ofThread();
        assumeTrue(before.cardinality() > 1, "one processor only");
        final BitSet one = last(before);
        Affinity.restrictThread(one);
        try {
            assertEquals(one, Affinity.ofThread());
            final PosixProcess child = PosixProcess.start(new ProcessBuilder("grep", ALLOWED, "/proc/self/status"));
            final String line = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            child.waitFor();
            assertEquals(
                    String.valueOf(one.length() - 1),
                    line.substring(ALLOWED.length()).strip());
        } finally {
            Affinity.restrictThread(before);
        }
        assertEquals(before, Affinity.ofThread());
    }

    @Test
    void shouldRestrictEveryThreadOfAProcessAndItsChildren() throws IOException, InterruptedException {
        final BitSet before = Affinity.ofThread();
        assumeTrue(before.cardinality() > 1, "one processor only");
        final PosixProcess process =
                PosixProcess.start(new ProcessBuilder("sh", "-c", "sleep 60 & echo started; wait"));
        try {
            process.inputReader().readLine();
            final BitSet one = last(before);
            Affinity.restrict(process.toHandle(), one);
            final String expected = String.valueOf(one.length() - 1);
            assertEquals(expected, allowed(Path.of("/proc/" + process.pid() + "/status")));
            final long child = process.descendants().findFirst().orElseThrow().pid();
            assertEquals(expected, allowed(Path.of("/proc/" + child + "/status")));
        } finally {
            process.destroyForcibly();
            process.waitFor();
        }
        assertEquals(before, Affinity.ofThread());
    }
}
