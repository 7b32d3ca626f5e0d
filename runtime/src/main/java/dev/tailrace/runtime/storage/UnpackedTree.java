package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// The files of an archive in a directory for a while, such as the context of a build. The archive is
/// trusted no more than that of a layer.
///
/// @param directory with all of it
/// @param files what was in the archive
public record UnpackedTree(Path directory, Path files) implements AutoCloseable {
    /// Reads an archive to its end.
    ///
    /// @param directory to be made
    /// @throws StorageException it is malformed, or too large; nothing is left
    /// @throws IOException from `tar`
    public static UnpackedTree of(final InputStream tar, final Path directory, final ArchiveLimits limits)
            throws IOException {
        boolean isDone = false;
        try {
            new LayerUnpacking(directory, LayerFormat.PLAIN, OwnerPolicy.IGNORE_UNMAPPED, limits).unpack(tar, false);
            isDone = true;
            return new UnpackedTree(directory, directory.resolve("files"));
        } finally {
            if (!isDone) {
                TreeRemoval.remove(directory);
            }
        }
    }

    @Override
    public void close() {
        TreeRemoval.remove(directory);
    }
}
