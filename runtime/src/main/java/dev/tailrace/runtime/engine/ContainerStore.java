package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.state.RecordJson;
import dev.tailrace.runtime.storage.StoreFiles;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The containers on the disk: `containers/ID/container.json`, beside a container's log and files. A document is
/// replaced as a whole, and on the disk before anybody is told of what it says; a directory without one is garbage.
///
/// A container that goes when it exits (`--rm`) has no document: it does not outlive the engine. Safe for several
/// threads.
final class ContainerStore {
    private static final String DOCUMENT = "container.json";

    private final Path containers;
    private final Path temporary;
    private final StoreFiles files;
    private final String driver;

    private ContainerStore(final Path containers, final Path temporary, final StoreFiles files, final String driver) {
        this.containers = containers;
        this.temporary = temporary;
        this.files = files;
        this.driver = driver;
    }

    /// Opens the store, and deletes what a crash has left half-made.
    ///
    /// @param state the engine's directory
    /// @param driver of the storage
    /// @param steps is told what comes next in each change; for tests of crashes
    static ContainerStore open(final Path state, final String driver, final Consumer<String> steps) throws IOException {
        final Path temporary = state.resolve("temporary");
        TreeRemoval.remove(temporary);
        Files.createDirectories(temporary);
        final Path containers = Files.createDirectories(state.resolve("containers"));
        return new ContainerStore(containers, temporary, new StoreFiles(temporary, steps), driver);
    }

    /// Where the files of a container are.
    Path place(final String id) {
        return containers.resolve(id);
    }

    /// A place for what is not to be there after a crash.
    Path temporary() {
        return temporary;
    }

    String driver() {
        return driver;
    }

    /// Keeps what the container is now.
    void save(final Container container) throws IOException {
        if (container.host().isRemovedAtExit()) {
            return;
        }
        // One after the other, so that the last to write has the last state.
        synchronized (container.saving()) {
            files.write(container.directory().resolve(DOCUMENT), RecordJson.bytes(container.saved(driver)));
        }
    }

    /// Forgets a container, and then deletes its files; does nothing if it is forgotten.
    void forget(final Path directory) throws IOException {
        final Path doomed;
        try {
            doomed = files.moveOut(directory);
        } catch (final NoSuchFileException _) {
            return;
        }
        TreeRemoval.remove(doomed);
    }

    /// Deletes what is no container, and reads the others.
    ///
    /// @param unreadable is told of documents that are left as they are: the id and the reason
    List<SavedContainer> load(final Unreadable unreadable) throws IOException {
        final List<Path> directories;
        try (Stream<Path> all = Files.list(containers)) {
            directories = all.sorted().toList();
        }
        final List<SavedContainer> loaded = new ArrayList<>();
        for (final Path directory : directories) {
            try {
                final SavedContainer saved =
                        RecordJson.read(Files.readAllBytes(directory.resolve(DOCUMENT)), SavedContainer.class);
                if (saved.format() != SavedContainer.FORMAT) {
                    throw new IOException("it was written by another version of this program");
                }
                loaded.add(saved);
            } catch (final NoSuchFileException _) {
                TreeRemoval.remove(directory);
            } catch (final IOException e) {
                unreadable.accept(String.valueOf(directory.getFileName()), e);
            }
        }
        return loaded;
    }

    /// Hears of a document that cannot be read.
    interface Unreadable {
        void accept(String id, IOException reason);
    }
}
