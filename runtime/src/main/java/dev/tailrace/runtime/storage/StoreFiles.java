package dev.tailrace.runtime.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

/// Changes of the store that survive a crash, or have not been: what is new is written beside, forced to the disk and
/// renamed to its place, and the directory is forced too.
///
/// Tests stop at each step by `steps`, which is told what comes next.
public final class StoreFiles {
    private final Path temporary;
    private final Consumer<String> steps;

    /// @param temporary a directory on the same file system, emptied when the store is opened
    public StoreFiles(final Path temporary, final Consumer<String> steps) {
        this.temporary = temporary;
        this.steps = steps;
    }

    /// A name beneath the temporary directory that nobody else has.
    public Path newPlace() {
        return temporary.resolve(UUID.randomUUID().toString());
    }

    /// Writes a whole file, over one that is there.
    public void write(final Path target, final byte[] content) throws IOException {
        final Path fresh = newPlace();
        try {
            steps.accept("write " + target.getFileName());
            try (FileChannel channel =
                    FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                final ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            moveInto(fresh, target);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /// Moves what is complete and on the disk to its place.
    public void moveInto(final Path from, final Path target) throws IOException {
        moveLightly(from, target);
        steps.accept("sync of the directory of " + target.getFileName());
        syncDirectoryOf(target);
    }

    /// Moves to its place what a crash of the machine may take back.
    public void moveLightly(final Path from, final Path target) throws IOException {
        steps.accept("rename to " + target.getFileName());
        Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /// Deletes a file, if it is there.
    public void delete(final Path target) throws IOException {
        steps.accept("deletion of " + target.getFileName());
        if (Files.deleteIfExists(target)) {
            syncDirectoryOf(target);
        }
    }

    /// Takes something out of the store at once, to be deleted at leisure.
    ///
    /// @return where it is now
    public Path moveOut(final Path target) throws IOException {
        final Path doomed = newPlace();
        steps.accept("removal of " + target.getFileName());
        Files.move(target, doomed, StandardCopyOption.ATOMIC_MOVE);
        syncDirectoryOf(target);
        return doomed;
    }

    /// Moves what is damaged out of the way, to where nobody looks but who repairs it.
    ///
    /// @param damaged a directory on the same file system, which is made if it is not there
    /// @return where it is now: `damaged/NUMBER/NAME`
    public Path setAside(final Path target, final Path damaged) throws IOException {
        final Path name = target.getFileName();
        int number = 1;
        while (Files.exists(damaged.resolve(Integer.toString(number)).resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            number++;
        }
        final Path place = Files.createDirectories(damaged.resolve(Integer.toString(number)))
                .resolve(name);
        moveInto(target, place);
        return place;
    }

    private static void syncDirectoryOf(final Path file) throws IOException {
        final Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
