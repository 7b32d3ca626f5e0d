package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileData;
import dev.tailrace.runtime.storage.tar.RawSink;
import dev.tailrace.runtime.storage.tar.TarEntry.Segment;
import dev.tailrace.tapio.linux.Fd;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// How to make a layer's archive again, byte for byte, from its unpacked files.
///
/// A layer is named by the digest of its archive, so that any other archive of the same files would be another layer.
/// The recipe has all bytes of the archive but the files' contents, and says where in the tree those are. It is a gzip
/// stream of records: `RAW length bytes`, `FILE path segments`, `MOVED path place`, `END`; numbers are big-endian.
final class LayerRecipe {
    private static final int END = 0;
    private static final int RAW = 1;
    private static final int FILE = 2;
    private static final int MOVED = 3;
    private static final int BUFFER_BYTES = 64 * 1024;

    private LayerRecipe() {}

    /// Takes down what an archive is read as.
    static final class Writer implements RawSink, AutoCloseable {
        private final DataOutputStream out;

        Writer(final OutputStream out) throws IOException {
            this.out = new DataOutputStream(new BufferedOutputStream(new GZIPOutputStream(out, BUFFER_BYTES)));
        }

        @Override
        public void raw(final byte[] data, final int offset, final int lengthBytes) throws IOException {
            out.writeByte(RAW);
            out.writeInt(lengthBytes);
            out.write(data, offset, lengthBytes);
        }

        /// The stored bytes of a file come here.
        void file(final String path, final List<Segment> segments) throws IOException {
            out.writeByte(FILE);
            text(path);
            out.writeInt(segments.size());
            for (final Segment segment : segments) {
                out.writeLong(segment.offset());
                out.writeLong(segment.lengthBytes());
            }
        }

        /// What was at `path` so far is now among the displaced files.
        void moved(final String path, final String place) throws IOException {
            out.writeByte(MOVED);
            text(path);
            text(place);
        }

        @Override
        public void close() throws IOException {
            out.writeByte(END);
            out.close();
        }

        private void text(final String byteString) throws IOException {
            final byte[] bytes = ByteText.bytes(byteString);
            out.writeShort(bytes.length);
            out.write(bytes);
        }
    }

    /// @param after how many files had been written then
    private record Move(int after, String path, String place) {}

    /// Writes the archive.
    ///
    /// @param files of the unpacked layer
    /// @param displaced see [Displaced]
    static void replay(final Path recipe, final Path files, final Path displaced, final OutputStream out)
            throws IOException {
        final List<Move> moves = moves(recipe);
        final byte[] buffer = new byte[FileData.BUFFER_BYTES];
        try (DataInputStream in = open(recipe);
                FileCalls calls = new FileCalls();
                FileData data = new FileData()) {
            int count = 0;
            for (int tag = in.readByte(); tag != END; tag = in.readByte()) {
                switch (tag) {
                    case RAW -> copy(in, in.readInt(), buffer, out);
                    case FILE -> {
                        final String path = text(in);
                        final List<Segment> segments = segments(in);
                        final String moved = moved(path, ++count, moves);
                        final Path base = moved == null ? files : displaced;
                        content(calls, data, base, moved == null ? path : moved, segments, buffer, out);
                    }
                    case MOVED -> {
                        text(in);
                        text(in);
                    }
                    default -> throw damaged(recipe);
                }
            }
        }
    }

    private static List<Move> moves(final Path recipe) throws IOException {
        final List<Move> moves = new ArrayList<>();
        try (DataInputStream in = open(recipe)) {
            int count = 0;
            for (int tag = in.readByte(); tag != END; tag = in.readByte()) {
                switch (tag) {
                    case RAW -> in.skipNBytes(in.readInt());
                    case FILE -> {
                        text(in);
                        segments(in);
                        count++;
                    }
                    case MOVED -> moves.add(new Move(count, text(in), text(in)));
                    default -> throw damaged(recipe);
                }
            }
        }
        return moves;
    }

    /// Where a file that was written as the `number`th to `path` is by now, beneath the displaced; null if it stayed.
    private static @Nullable String moved(final String path, final int number, final List<Move> moves) {
        for (final Move move : moves) {
            if (move.after() >= number) {
                if (path.equals(move.path())) {
                    return move.place();
                }
                if (path.startsWith(move.path() + "/")) {
                    return move.place() + path.substring(move.path().length());
                }
            }
        }
        return null;
    }

    private static void content(
            final FileCalls calls,
            final FileData data,
            final Path base,
            final String path,
            final List<Segment> segments,
            final byte[] buffer,
            final OutputStream out)
            throws IOException {
        final int root = Fd.open(base.toString(), Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        int fd = -1;
        try {
            fd = calls.open(root, path, FileCalls.READ_FILE);
            for (final Segment segment : segments) {
                long at = segment.offset();
                final long end = at + segment.lengthBytes();
                while (at < end) {
                    final int count = data.read(fd, at, buffer, (int) Math.min(buffer.length, end - at));
                    if (count == 0) {
                        throw new StorageException(
                                StorageException.Kind.CORRUPT,
                                "a file of the layer is shorter than it was: " + ByteText.forMessage(path));
                    }
                    out.write(buffer, 0, count);
                    at += count;
                }
            }
        } finally {
            Fd.close(root);
            if (fd >= 0) {
                Fd.close(fd);
            }
        }
    }

    private static DataInputStream open(final Path recipe) throws IOException {
        final InputStream file = Files.newInputStream(recipe);
        return new DataInputStream(new BufferedInputStream(new GZIPInputStream(file, BUFFER_BYTES)));
    }

    private static List<Segment> segments(final DataInputStream in) throws IOException {
        final int count = in.readInt();
        final List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            segments.add(new Segment(in.readLong(), in.readLong()));
        }
        return segments;
    }

    private static String text(final DataInputStream in) throws IOException {
        final byte[] bytes = in.readNBytes(in.readUnsignedShort());
        return ByteText.of(bytes, 0, bytes.length);
    }

    private static void copy(final InputStream in, final int lengthBytes, final byte[] buffer, final OutputStream out)
            throws IOException {
        int left = lengthBytes;
        while (left > 0) {
            final int count = in.readNBytes(buffer, 0, Math.min(left, buffer.length));
            if (count == 0) {
                throw new EOFException("the recipe of the layer ends too early");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
    }

    private static StorageException damaged(final Path recipe) {
        return new StorageException(StorageException.Kind.CORRUPT, "damaged: " + recipe);
    }
}
