package dev.tailrace.runtime.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// The directory with all that a daemon keeps, which is ours as long as this is open: a lock that ends with its
/// process.
public final class DataRoot implements AutoCloseable {
    private static final String LOCK = "daemon.pid";

    private final Path directory;
    private final FileChannel channel;
    private final FileLock lock;

    private DataRoot(final Path directory, final FileChannel channel, final FileLock lock) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
    }

    /// Makes the directory if it is not there, and takes it.
    ///
    /// @throws DaemonException if another process has it, or it cannot be made
    public static DataRoot take(final Path directory) {
        FileChannel channel = null;
        try {
            make(directory);
            channel = FileChannel.open(
                    directory.resolve(LOCK),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            final FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new DaemonException(
                        DaemonException.RUNNING,
                        "already running for " + directory + " as PID " + owner(directory)
                                + ": use it, kill it, or give another --data-root and --host");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new DataRoot(directory, channel, lock);
        } catch (final IOException e) {
            throw new DaemonException(
                    DaemonException.LACKING,
                    "cannot use the data root " + directory + " (" + reason(e) + "): give a directory of yours with"
                            + " --data-root, or export XDG_DATA_HOME",
                    e);
        }
    }

    /// Makes the directory, for its user alone, if it is not there.
    public static void make(final Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /// Whether a daemon has ever had this directory.
    static boolean isOne(final Path directory) {
        return Files.exists(directory.resolve(LOCK));
    }

    /// Whether a file of the directory is what is locked.
    static boolean isLock(final Path file) {
        return file.endsWith(LOCK);
    }

    /// The process that has a data root, for as long as it lives.
    public static Optional<ProcessHandle> holder(final Path directory) {
        final String pid = owner(directory);
        return pid.matches("[0-9]{1,9}") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
    }

    public Path directory() {
        return directory;
    }

    /// Lets others have it. The file stays: one that is removed while another opens it would be two locks.
    @Override
    public void close() {
        try (channel) {
            channel.truncate(0);
            lock.release();
        } catch (final IOException e) {
            throw new DaemonException(DaemonException.FAILED, "cannot leave " + directory + ": " + reason(e), e);
        }
    }

    private static String owner(final Path directory) {
        try {
            return Files.readString(directory.resolve(LOCK)).strip();
        } catch (final IOException e) {
            return "unknown";
        }
    }

    private static String reason(final IOException e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}
