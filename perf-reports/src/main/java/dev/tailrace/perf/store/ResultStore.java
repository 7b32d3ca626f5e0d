package dev.tailrace.perf.store;

import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.RunJson;
import dev.tailrace.perf.result.RunReader;
import dev.tailrace.perf.result.RunRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// One results directory.
public final class ResultStore {
    /// More than any session's files take together.
    private static final long NEEDED_BYTES = 16L << 20;

    private static final int YEAR_END = 4;
    private static final int MONTH_END = 6;
    private static final String JSON = ".json";

    private final Path directory;

    public ResultStore(final Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    public Path directory() {
        return directory;
    }

    public Path latest() {
        return directory.resolve("latest");
    }

    /// Makes the directories and finds out, before anything is measured, whether results can be kept.
    ///
    /// @throws ResultException in one line, if not
    public void requireRoom() {
        try {
            Files.createDirectories(history());
            Files.createDirectories(latest());
            final Path trial = Files.createTempFile(history(), ".trial", null);
            Files.delete(trial);
            final long free = Files.getFileStore(directory).getUsableSpace();
            if (free < NEEDED_BYTES) {
                throw new ResultException(
                        "results cannot be kept in %s: %d KiB are free there and %d are needed; free some space or name another directory with --results"
                                .formatted(directory, free >> 10, NEEDED_BYTES >> 10));
            }
        } catch (IOException failure) {
            throw refused("results cannot be kept in " + directory, failure);
        }
    }

    /// Keeps a session for good.
    ///
    /// @return its file
    /// @throws ResultException if it cannot be written, or there is one of the same id; nothing is left
    /// behind then
    public Path keep(final RunRecord run) {
        final Path file = file(run.runId());
        if (Files.exists(file)) {
            throw new ResultException("keeping %s: it exists, and a kept run is never changed".formatted(file));
        }
        write(file, RunJson.write(run));
        return file;
    }

    /// Keeps a text of another kind.
    ///
    /// @param kind name of the directory beside `history`
    /// @return its file
    public Path keepText(final String kind, final String id, final String text) {
        final Path file = directory.resolve(kind).resolve(id + JSON);
        write(file, text);
        return file;
    }

    /// Replaces files of `latest/`.
    ///
    /// @param files name to text
    public void publish(final Map<String, String> files) {
        files.forEach((name, text) -> write(latest().resolve(name), text));
    }

    /// Reads one session.
    ///
    /// @throws ResultException if there is no such file, or it is not whole
    public static RunRecord read(final Path file) {
        try {
            return RunReader.read(Files.readString(file));
        } catch (NoSuchFileException missing) {
            throw new ResultException("reading %s: no such file".formatted(file), missing);
        } catch (IOException failure) {
            throw refused("reading " + file, failure);
        } catch (ResultException malformed) {
            throw new ResultException(
                    "reading %s: it is %s; restore it, or delete it and measure anew"
                            .formatted(file, malformed.getMessage()),
                    malformed);
        }
    }

    /// The files of all sessions, the oldest first.
    public List<Path> files() {
        if (!Files.isDirectory(history())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(history())) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().endsWith(JSON))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw refused("reading " + history(), failure);
        }
    }

    /// The newest session's file.
    ///
    /// @throws ResultException if there is none
    public Path newest() {
        final List<Path> files = files();
        if (files.isEmpty()) {
            throw new ResultException(
                    "no run is kept in %s: measure one with 'tailrace bench run smoke'".formatted(history()));
        }
        return files.getLast();
    }

    private Path history() {
        return directory.resolve("history");
    }

    private Path file(final String runId) {
        return history()
                .resolve(runId.substring(0, YEAR_END))
                .resolve(runId.substring(YEAR_END, MONTH_END))
                .resolve(runId + JSON);
    }

    /// Writes a file that is there whole or not at all.
    public static void write(final Path file, final String text) {
        final Path beside = file.resolveSibling("." + file.getFileName() + ".new");
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel channel = FileChannel.open(
                    beside,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                final ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            final ResultException refused = refused("writing " + file, failure);
            discard(beside, refused);
            throw refused;
        }
    }

    private static void discard(final Path file, final ResultException cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            cause.addSuppressed(failure);
        }
    }

    private static ResultException refused(final String what, final IOException failure) {
        return new ResultException(
                "%s: %s; free some space or name another directory with --results"
                        .formatted(what, IoReason.of(failure)),
                failure);
    }
}
