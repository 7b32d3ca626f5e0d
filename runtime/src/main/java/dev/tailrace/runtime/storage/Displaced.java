package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.Parents.Parent;
import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.files.FileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Keeps what a later entry of the same archive replaces: its content belongs to the archive, which must be made again
/// byte for byte. The archives of real images have none of it.
final class Displaced {
    private final FileCalls calls;
    private final int directory;
    private final LayerRecipe.Writer recipe;
    private int count;

    /// @param directory where it is kept, on the file system of the layer
    Displaced(final FileCalls calls, final int directory, final LayerRecipe.Writer recipe) {
        this.calls = calls;
        this.directory = directory;
        this.recipe = recipe;
    }

    /// Takes `name` out of its directory.
    void take(final Parent parent, final String name, final FileStatus existing) {
        if (!existing.isFile() && !existing.isDirectory()) {
            calls.unlink(parent.fd(), name);
            return;
        }
        final String place = Integer.toString(count++);
        calls.rename(parent.fd(), name, directory, place);
        try {
            recipe.moved(EntryPath.join(parent.realPath(), name), place);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
