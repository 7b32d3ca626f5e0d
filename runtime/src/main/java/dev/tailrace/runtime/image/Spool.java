package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.Compression;
import dev.tailrace.runtime.storage.StorageException;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.runtime.storage.tar.RawSink;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The files of an archive of images, kept until it is known which is what: an archive may name its layers last. The
/// names in it are keys, never paths on the disk.
final class Spool implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int MOST_DOCUMENT_BYTES = 8 << 20;
    private static final int MOST_LINKS = 10;

    private final Path directory;
    private final Map<String, Path> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    private Spool(final Path directory) {
        this.directory = directory;
    }

    /// Reads an archive to its end; it may be compressed.
    static Spool read(final InputStream archive, final Path directory, final ArchiveLimits limits) throws IOException {
        final Spool spool = new Spool(directory);
        boolean isDone = false;
        try {
            Files.createDirectory(directory);
            final TarReader reader = new TarReader(Compression.open(archive), limits, RawSink.NONE);
            final byte[] buffer = new byte[BUFFER_BYTES];
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                final String name = clean(entry.name());
                if (entry.type() == Type.FILE) {
                    final Path place = directory.resolve(Integer.toString(spool.files.size()));
                    copy(reader, place, buffer);
                    spool.files.put(name, place);
                } else if (entry.type() == Type.SYMBOLIC_LINK || entry.type() == Type.HARD_LINK) {
                    final boolean isRelative = entry.type() == Type.SYMBOLIC_LINK
                            && !entry.linkName().startsWith("/");
                    final String parent = isRelative ? name.substring(0, name.lastIndexOf('/') + 1) : "";
                    spool.links.put(name, clean(parent + entry.linkName()));
                }
            }
            isDone = true;
            return spool;
        } catch (final StorageException e) {
            throw Failures.of(e);
        } finally {
            if (!isDone) {
                spool.close();
            }
        }
    }

    Optional<Path> find(final String name) {
        String key = clean(name);
        for (int i = 0; i < MOST_LINKS; i++) {
            final Path file = files.get(key);
            if (file != null) {
                return Optional.of(file);
            }
            final String next = links.get(key);
            if (next == null) {
                return Optional.empty();
            }
            key = next;
        }
        return Optional.empty();
    }

    /// A file that must be there.
    Path file(final String name) {
        return find(name).orElseThrow(() -> Failures.invalid("corrupt archive: " + name + " is missing"));
    }

    /// The whole of a file that must be there and is a document.
    byte[] document(final String name) throws IOException {
        final Path file = file(name);
        if (Files.size(file) > MOST_DOCUMENT_BYTES) {
            throw Failures.invalid("corrupt archive: " + name + " has " + Files.size(file) + " bytes");
        }
        return Files.readAllBytes(file);
    }

    @Override
    public void close() {
        TreeRemoval.remove(directory);
    }

    private static void copy(final TarReader reader, final Path place, final byte[] buffer) throws IOException {
        try (Sink sink = new Sink(place)) {
            for (int count = reader.read(buffer, 0, buffer.length);
                    count > 0;
                    count = reader.read(buffer, 0, buffer.length)) {
                sink.write(buffer, count);
            }
        }
    }

    /// Keeps a whole stream in a file.
    static void copy(final InputStream in, final Path place) throws IOException {
        final byte[] buffer = new byte[BUFFER_BYTES];
        try (Sink sink = new Sink(place)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                sink.write(buffer, count);
            }
        }
    }

    /// A file of ours, whose errors are those of the disk and not those of the archive's sender.
    private record Sink(OutputStream out) implements AutoCloseable {
        Sink(final Path place) throws IOException {
            this(Files.newOutputStream(place));
        }

        void write(final byte[] data, final int lengthBytes) {
            try {
                out.write(data, 0, lengthBytes);
            } catch (final IOException e) {
                throw Failures.ofDisk("keep the archive", e);
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private static String clean(final String name) {
        final Deque<String> parts = new ArrayDeque<>();
        for (final String part : name.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }
}
