package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Reply;
import dev.tailrace.runtime.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// An archive that the engine writes.
final class Download {
    private Download() {}

    /// A file is there whole or not at all.
    ///
    /// @param file empty for the standard output, which must be no terminal
    static void to(final String file, final ApiClient engine, final String path, final Console console)
            throws IOException {
        if (file.isEmpty()) {
            if (new Terminal(Terminal.STANDARD_OUTPUT).isTerminal()) {
                throw new CommandException(
                        ExitCode.FAILURE, "a terminal cannot show an archive: give --output FILE, or a pipe");
            }
            try (Reply reply = engine.get(path)) {
                reply.body().transferTo(console.out());
                console.out().flush();
            }
            return;
        }
        final Path target = Path.of(file).toAbsolutePath();
        final Path part = target.resolveSibling("." + target.getFileName() + ".part");
        try (Reply reply = engine.get(path)) {
            try (OutputStream out = Files.newOutputStream(part)) {
                reply.body().transferTo(out);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
