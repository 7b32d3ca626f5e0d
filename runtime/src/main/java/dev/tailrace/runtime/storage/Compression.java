package dev.tailrace.runtime.storage;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Takes the compression off a stream, if it has one that we know by its first bytes.
///
/// What is wrong with the compressed data is a [StorageException]; an [IOException] is the underlying stream's.
public final class Compression {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int SNIFF_BYTES = 6;

    private Compression() {}

    /// Plain, gzip or zstd; bzip2 and xz are refused by name.
    public static InputStream open(final InputStream in) throws IOException {
        final BufferedInputStream buffered = new Continuous(in);
        buffered.mark(SNIFF_BYTES);
        final byte[] start = buffered.readNBytes(SNIFF_BYTES);
        buffered.reset();
        if (startsWith(start, 0x1f, 0x8b)) {
            try {
                return new Checked(new GZIPInputStream(buffered, BUFFER_BYTES), "gzip");
            } catch (final EOFException | ZipException e) {
                throw damaged("gzip", e);
            }
        }
        if (startsWith(start, 0x28, 0xb5, 0x2f, 0xfd) || startsWith(start, -1, 0x2a, 0x4d, 0x18)) {
            return new Checked(new ZstdInputStream(new ZstdFrames(buffered)), "zstd");
        }
        if (startsWith(start, 0x42, 0x5a, 0x68)) {
            throw unknown("bzip2", "bunzip2");
        }
        if (startsWith(start, 0xfd, 0x37, 0x7a, 0x58, 0x5a)) {
            throw unknown("xz", "unxz");
        }
        return buffered;
    }

    /// -1 stands for 0x50 to 0x5f: zstd's skippable frames (RFC 8878, 3.1.2).
    private static boolean startsWith(final byte[] start, final int... magic) {
        if (start.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            final int b = start[i] & 0xff;
            if (magic[i] < 0 ? b >> 4 != 5 : b != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static StorageException unknown(final String name, final String program) {
        return new StorageException(
                StorageException.Kind.CORRUPT,
                "the archive is compressed by " + name + ", which is not supported: decompress it with " + program);
    }

    private static StorageException damaged(final String name, final Exception cause) {
        return new StorageException(
                StorageException.Kind.CORRUPT,
                "corrupt archive: the " + name + " data is damaged or ends too early",
                cause);
    }

    /// `GZIPInputStream` takes a stream that has nothing available for one that has ended, and leaves the members that
    /// follow unread: so this always has something available, but at the end.
    private static final class Continuous extends BufferedInputStream {
        Continuous(final InputStream in) {
            super(in, BUFFER_BYTES);
        }

        @Override
        public synchronized int available() throws IOException {
            if (pos < count) {
                return count - pos;
            }
            mark(1);
            final int next = read();
            if (next < 0) {
                return 0;
            }
            reset();
            return count - pos;
        }
    }

    /// Tells damaged data from a stream that cannot be read.
    private static final class Checked extends FilterInputStream {
        private final String name;

        Checked(final InputStream in, final String name) {
            super(in);
            this.name = name;
        }

        @Override
        public int read() throws IOException {
            final byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(final byte[] target, final int offset, final int length) throws IOException {
            try {
                return in.read(target, offset, length);
            } catch (final EOFException | ZipException | MalformedInputException | IndexOutOfBoundsException e) {
                throw damaged(name, e);
            } catch (final IOException e) {
                if (name.equals("zstd") && e.getClass() == IOException.class && isOwn(e)) {
                    throw damaged(name, e);
                }
                throw e;
            }
        }

        /// Thrown by the decompressor itself, not by what it reads.
        private static boolean isOwn(final IOException e) {
            final StackTraceElement[] trace = e.getStackTrace();
            return trace.length > 0 && trace[0].getClassName().startsWith("io.airlift.compress");
        }
    }
}
