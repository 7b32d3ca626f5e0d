package dev.tailrace.perf.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.lab.LabException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClockProgramTest {
    @TempDir
    private Path directory;

    /// The program is started here, without a container.
    @Test
    void shouldSayWhenItRanByTheClockOfThisJvm() throws IOException, InterruptedException {
        final Path program = Files.write(directory.resolve("clock"), ClockProgram.executable());
        assertTrue(program.toFile().setExecutable(true));
        final long fromNs = System.nanoTime();
        final Process process = new ProcessBuilder(program.toString()).start();
        final byte[] output = process.getInputStream().readAllBytes();
        final long hereNs = System.nanoTime();
        assertEquals(0, process.waitFor());
        final long toExecNs = ClockProgram.elapsedNs(fromNs, output, hereNs, true);
        assertTrue(toExecNs > 0 && toExecNs < hereNs - fromNs, "ran after ns: " + toExecNs);
        assertEquals(hereNs - fromNs, ClockProgram.elapsedNs(fromNs, output, hereNs, false));
    }

    @Test
    void shouldRefuseAClockThatIsNotOurs() {
        final byte[] atOneSecond = new byte[ClockProgram.OUTPUT_BYTES];
        atOneSecond[0] = 1;
        assertEquals(500_000_000, ClockProgram.elapsedNs(500_000_000L, atOneSecond, 1_500_000_000L, true));
        assertThrows(
                LabException.class, () -> ClockProgram.elapsedNs(1_100_000_000L, atOneSecond, 1_500_000_000L, true));
        assertThrows(LabException.class, () -> ClockProgram.elapsedNs(0, atOneSecond, 900_000_000L, true));
    }

    @Test
    void shouldQuoteWhatIsNoClock() {
        final byte[] words = "no such file".getBytes(StandardCharsets.US_ASCII);
        final LabException refusal = assertThrows(LabException.class, () -> ClockProgram.elapsedNs(0, words, 1, true));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith("no such file"), refusal::toString);
    }
}
