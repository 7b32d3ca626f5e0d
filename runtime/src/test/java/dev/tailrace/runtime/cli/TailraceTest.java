package dev.tailrace.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.slirp.Usage;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TailraceTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldPrintVersion() {
        assertEquals(0, run("version"));
        assertEquals("tailrace " + Usage.productVersion() + "\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldPrintHelpWithoutArguments() {
        assertEquals(0, run());
        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Usage: tailrace [-H SOCKET] COMMAND\n"));
    }

    @Test
    void shouldRefuseUnknownCommandInOneLine() {
        assertEquals(1, run("fly"));
        assertEquals("tailrace: unknown command \"fly\" (see tailrace --help)\n", err.toString(StandardCharsets.UTF_8));
        assertEquals(0, out.size());
    }

    @Test
    void shouldRefuseUnexpectedArgument() {
        assertEquals(1, run("version", "now"));
        assertEquals("tailrace version: unexpected argument \"now\"\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldSayWhatThereIsForImages() {
        assertEquals(1, run("image", "prune"));
        assertEquals(
                "tailrace image: there is \"tailrace image pack NAME PROGRAM...\" only\n",
                err.toString(StandardCharsets.UTF_8));
    }

    private int run(final String... args) {
        return Tailrace.run(
                List.of(args), InputStream.nullInputStream(), new PrintStream(out), new PrintStream(err), Map.of());
    }
}
