package dev.tailrace.runtime.image;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// `tailrace image pack [-o FILE] NAME PROGRAM...`: packs, and has the engine load the image or writes it to a file.
public final class PackCommand {
    private static final String USAGE = "Usage: tailrace image pack [-o FILE] NAME PROGRAM...";

    private final Loader loader;

    /// Gives an archive to the engine.
    public interface Loader {
        /// @param loaded is told what the engine says, a line each
        void load(InputStream archive, Consumer<String> loaded) throws IOException;
    }

    public PackCommand(final Loader loader) {
        this.loader = loader;
    }

    /// @return the exit status
    public int run(final List<String> arguments, final PrintStream out, final PrintStream err) {
        final boolean hasFile = !arguments.isEmpty() && arguments.getFirst().equals("-o");
        final List<String> rest =
                hasFile ? arguments.subList(Math.min(2, arguments.size()), arguments.size()) : arguments;
        if (rest.size() < 2 || rest.getFirst().startsWith("-")) {
            err.println(USAGE);
            return 1;
        }
        try {
            if (hasFile) {
                pack(rest, Path.of(arguments.get(1)), err);
            } else {
                load(rest, out, err);
            }
            return 0;
        } catch (final ImageException e) {
            err.println("tailrace image pack: " + e.getMessage());
        } catch (final IOException e) {
            err.println("tailrace image pack: cannot write or load the archive: " + e.getMessage());
        }
        return 1;
    }

    private void load(final List<String> rest, final PrintStream out, final PrintStream err) throws IOException {
        final Path archive = Files.createTempFile("tailrace-image-", ".tar");
        try {
            pack(rest, archive, err);
            try (InputStream in = Files.newInputStream(archive)) {
                loader.load(in, out::println);
            }
        } finally {
            Files.deleteIfExists(archive);
        }
    }

    private static void pack(final List<String> rest, final Path file, final PrintStream err) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            new Packer(Path.of("/"), InstantSource.system())
                    .pack(rest.getFirst(), rest.subList(1, rest.size()), out, err::println);
        }
    }
}
