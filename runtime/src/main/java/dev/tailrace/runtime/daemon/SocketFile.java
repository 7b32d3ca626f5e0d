package dev.tailrace.runtime.daemon;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The name of the API's socket in the file system.
final class SocketFile {
    /// Length of `sun_path` (sys/un.h) without its NUL.
    private static final int MAX_PATH_BYTES = 107;

    private SocketFile() {}

    /// Makes room for a socket: one that nobody answers on is left of a process that was killed.
    ///
    /// @return whether such a one was removed
    /// @throws DaemonException if somebody answers, or something else is there
    static boolean makeRoom(final Path path) {
        final Path longest = Places.network(path, "0".repeat(64));
        if (longest.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            throw new DaemonException(
                    DaemonException.USAGE,
                    "the path of a socket has " + MAX_PATH_BYTES + " bytes at most, and " + longest
                            + " has more: give a shorter one with --host");
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            final int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            // S_IFMT and S_IFSOCK, inode(7).
            if ((mode & 0170000) != 0140000) {
                throw new DaemonException(
                        DaemonException.USAGE, path + " is there and is no socket: remove it or give another --host");
            }
            if (answers(path)) {
                throw new DaemonException(
                        DaemonException.RUNNING, "something answers on " + path + " already: use it, or give --host");
            }
            Files.delete(path);
            return true;
        } catch (final IOException e) {
            throw new DaemonException(
                    DaemonException.LACKING, "cannot have " + path + " (" + e + "): give another --host", e);
        }
    }

    /// Removes what a daemon that was killed has left of the sockets of its networks.
    ///
    /// @param path where nobody answers
    static void removeNetworks(final Path path) {
        try (Stream<Path> beside = Files.list(path.toAbsolutePath().getParent())) {
            for (final Path left :
                    beside.filter(one -> Places.isNetwork(path, one)).toList()) {
                Files.deleteIfExists(left);
            }
        } catch (final IOException e) {
            throw new DaemonException(
                    DaemonException.LACKING, "cannot tidy up beside " + path + " (" + e + "): give another --host", e);
        }
    }

    /// Whether a process listens there.
    private static boolean answers(final Path path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return channel.isConnected();
        } catch (final ConnectException e) {
            return false;
        }
    }
}
