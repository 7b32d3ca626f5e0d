package dev.tailrace.runtime.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The log of one container: one writer at a time, and readers. Safe for several threads.
public final class ContainerLog {
    private static final int BLOCK_BYTES = 8 * 1024;

    private final Path file;

    // Guarded by this.
    private final LineAssembler[] assemblers = new LineAssembler[LogStream.values().length];
    private @Nullable FileChannel writer;
    private long committedBytes;

    /// @param file need not exist
    public ContainerLog(final Path file) {
        this.file = file;
        for (int i = 0; i < assemblers.length; i++) {
            assemblers[i] = new LineAssembler();
        }
        committedBytes = Files.exists(file) ? file.toFile().length() : 0;
    }

    public Path file() {
        return file;
    }

    /// Opens the file for what a process is about to write.
    public synchronized void begin() throws IOException {
        if (writer != null) {
            throw new IllegalStateException("log is being written: " + file);
        }
        final FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean isReady = false;
        try {
            committedBytes = wholeEntries(channel);
            channel.truncate(committedBytes);
            channel.position(committedBytes);
            isReady = true;
        } finally {
            if (!isReady) {
                channel.close();
            }
        }
        writer = channel;
    }

    /// Appends output; after the end of the process it is dropped.
    public synchronized void write(
            final LogStream stream, final byte[] bytes, final int offset, final int count, final Instant now)
            throws IOException {
        final ByteArrayOutputStream entries = new ByteArrayOutputStream(count + 256);
        assemblers[stream.ordinal()].add(bytes, offset, count, text -> append(entries, stream, now, text));
        commit(entries);
    }

    /// The process has ended: unfinished lines are written, and readers that follow come to their end.
    public synchronized void finish(final Instant now) throws IOException {
        final FileChannel channel = writer;
        if (channel == null) {
            return;
        }
        try (channel) {
            final ByteArrayOutputStream entries = new ByteArrayOutputStream();
            for (final LogStream stream : LogStream.values()) {
                assemblers[stream.ordinal()].finish(text -> append(entries, stream, now, text));
            }
            commit(entries);
        } finally {
            writer = null;
            notifyAll();
        }
    }

    /// A reader, which belongs to one thread, and is to be closed.
    public LogReader read(final LogQuery query) throws IOException {
        return new LogReader(this, query);
    }

    synchronized long committedBytes() {
        return committedBytes;
    }

    /// Waits until there is more than `knownBytes`, the process has ended, or the time is over.
    ///
    /// @return how many bytes may be read
    synchronized long awaitGrowth(final long knownBytes, final Duration atMost) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (committedBytes <= knownBytes && writer != null) {
            final long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                break;
            }
            wait(leftMs);
        }
        return committedBytes;
    }

    synchronized boolean isBeingWritten() {
        return writer != null;
    }

    private static void append(
            final ByteArrayOutputStream entries, final LogStream stream, final Instant now, final String text) {
        entries.writeBytes(EntryFormat.line(new LogEntry(stream, now, text)));
    }

    /// A full disk may leave a part of an entry behind: it is taken back, so that the next starts on a
    /// line of its own.
    private void commit(final ByteArrayOutputStream entries) throws IOException {
        final FileChannel channel = writer;
        if (channel == null || entries.size() == 0) {
            return;
        }
        final ByteBuffer bytes = ByteBuffer.wrap(entries.toByteArray());
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (final IOException e) {
            channel.truncate(committedBytes);
            channel.position(committedBytes);
            throw e;
        }
        committedBytes += bytes.limit();
        notifyAll();
    }

    /// Bytes up to and with the last line end.
    private static long wholeEntries(final FileChannel channel) throws IOException {
        final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        long end = channel.size();
        while (end > 0) {
            final long start = Math.max(0, end - BLOCK_BYTES);
            block.clear().limit((int) (end - start));
            while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {}
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return 0;
    }
}
