package dev.tailrace.runtime.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a log from one end to the other, and then as it grows. One thread owns it.
public final class LogReader implements AutoCloseable {
    private static final int BLOCK_BYTES = 64 * 1024;

    /// How often a reader that follows looks at the clock when it has an end in time.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final ContainerLog log;
    private final LogQuery query;
    private @Nullable FileChannel channel;

    /// Of the file: bytes before `position` are read; those of `block` from `blockStart` to `blockEnd`
    /// are not yet cut.
    private long position;

    private byte[] block = new byte[BLOCK_BYTES];
    private int blockStart;
    private int blockEnd;

    LogReader(final ContainerLog log, final LogQuery query) throws IOException {
        this.log = log;
        this.query = query;
        channel = open();
        if (query.tail() >= 0) {
            position = tailStart(log.committedBytes());
        }
    }

    /// The next entry that was asked for; empty at the end. Waits if it follows and there is none yet.
    ///
    /// @throws InterruptedException as do those who close a reader from another thread
    public Optional<LogEntry> next() throws IOException, InterruptedException {
        while (true) {
            final Optional<String> line = nextLine();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            final Optional<LogEntry> entry = EntryFormat.parse(line.get());
            if (entry.isPresent()) {
                if (query.isBehind(entry.get().time())) {
                    return Optional.empty();
                }
                if (query.wants(entry.get())) {
                    return entry;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    private Optional<String> nextLine() throws IOException, InterruptedException {
        int scanned = blockStart;
        while (true) {
            for (int i = scanned; i < blockEnd; i++) {
                if (block[i] == '\n') {
                    final String line = new String(block, blockStart, i - blockStart, StandardCharsets.UTF_8);
                    blockStart = i + 1;
                    return Optional.of(line);
                }
            }
            final int held = blockEnd - blockStart;
            if (!fill()) {
                return Optional.empty();
            }
            scanned = blockStart + held;
        }
    }

    /// More bytes, or false at the end.
    private boolean fill() throws IOException, InterruptedException {
        long readable = log.committedBytes();
        while (readable <= position) {
            // In this order: what is written before the log is finished is seen after it.
            final boolean mayGrow = query.follow() && log.isBeingWritten();
            readable = log.committedBytes();
            if (readable > position) {
                break;
            }
            if (!mayGrow || query.isBehind(Instant.now())) {
                return false;
            }
            readable = log.awaitGrowth(position, LONGEST_WAIT);
        }
        if (channel == null) {
            channel = open();
        }
        final FileChannel from = channel;
        if (from == null) {
            return false;
        }
        makeRoom();
        final ByteBuffer room =
                ByteBuffer.wrap(block, blockEnd, (int) Math.min(block.length - blockEnd, readable - position));
        final int count = from.read(room, position);
        if (count <= 0) {
            return false;
        }
        position += count;
        blockEnd += count;
        return true;
    }

    private void makeRoom() {
        final int held = blockEnd - blockStart;
        if (blockStart > 0) {
            System.arraycopy(block, blockStart, block, 0, held);
            blockStart = 0;
            blockEnd = held;
        }
        if (held == block.length) {
            block = Arrays.copyOf(block, 2 * held);
        }
    }

    /// Where the last `query.tail()` entries begin.
    private long tailStart(final long committedBytes) throws IOException {
        final FileChannel from = channel;
        if (from == null || query.tail() == 0) {
            return committedBytes;
        }
        long left = query.tail();
        long end = committedBytes - 1;
        while (end > 0) {
            final long start = Math.max(0, end - BLOCK_BYTES);
            final ByteBuffer bytes = ByteBuffer.allocate((int) (end - start));
            while (bytes.hasRemaining() && from.read(bytes, start + bytes.position()) >= 0) {}
            for (int i = bytes.position() - 1; i >= 0; i--) {
                if (bytes.get(i) == '\n' && --left == 0) {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return 0;
    }

    /// Null while nothing was ever written.
    private @Nullable FileChannel open() throws IOException {
        try {
            return FileChannel.open(log.file(), StandardOpenOption.READ);
        } catch (final NoSuchFileException e) {
            return null;
        }
    }
}
