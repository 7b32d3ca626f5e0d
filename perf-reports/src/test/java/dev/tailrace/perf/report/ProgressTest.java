package dev.tailrace.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void shouldWriteOverItsLineOnATerminal() {
        report(true);
        assertEquals("\r\u001b[K[1/2] one ... 1\r\u001b[K[2/2] two ... 2\r\u001b[K", text());
    }

    @Test
    void shouldWriteALineForEachStepElsewhere() {
        report(false);
        assertEquals("[1/2] one ... 1\n[2/2] two ... 2\n", text());
    }

    private void report(final boolean terminal) {
        final Progress progress = new Progress(new PrintStream(written, true, StandardCharsets.UTF_8), terminal, 2);
        progress.begin("one");
        progress.end("1");
        progress.begin("two");
        progress.end("2");
        progress.close();
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }
}
