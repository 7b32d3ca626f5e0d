package dev.tailrace.tapio.tap;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/// A shell in a user and network namespace of its own, which ends with it.
final class GuestShell implements AutoCloseable {
    private static final String END = "--end of output--";

    private final Process process;
    private final BufferedReader output;
    private final Writer input;

    private GuestShell(final Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
    }

    /// Starts one, or skips the test where user namespaces are not allowed.
    static GuestShell start() throws IOException {
        final Process process = new ProcessBuilder("unshare", "-Urn", "sh")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final GuestShell shell = new GuestShell(process);
        assumeTrue("ready".equals(shell.tryRun("echo ready")), "unprivileged user namespaces are not allowed here");
        return shell;
    }

    int pid() {
        return (int) process.pid();
    }

    /// Standard output of `command`, without the last newline.
    String run(final String command) throws IOException {
        input.write(command + "\necho '" + END + "'\n");
        input.flush();
        final StringJoiner lines = new StringJoiner("\n");
        String line;
        while ((line = output.readLine()) != null) {
            if (line.equals(END)) {
                return lines.toString();
            }
            lines.add(line);
        }
        throw new IOException("the shell ended during: " + command);
    }

    @Override
    public void close() throws IOException {
        input.close();
        process.onExit().join();
    }

    private String tryRun(final String command) {
        try {
            return run(command);
        } catch (final IOException e) {
            return e.toString();
        }
    }
}
