package dev.tailrace.runtime.volume;

import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.DirectoryCopy;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Fills an empty volume with what an image has where the volume is to be mounted.
public final class CopyUp {
    private final VolumeStore store;

    public CopyUp(final VolumeStore store) {
        this.store = store;
    }

    /// Does it for a container that is being made. Nothing happens if the volume has something in it already, or the
    /// image nothing.
    ///
    /// @param target absolute, in the container
    /// @param isShared whether another container may have the volume mounted, which would go on with the files that
    /// it has: then they are filled where they are, and a crash can leave a part of it
    /// @throws VolumeException there is a file in the image, or the disk does not let us
    public void fill(final Volume volume, final ContainerRoot root, final String target, final boolean isShared) {
        root.mount();
        try {
            switch (DirectoryCopy.look(root.path(), target)) {
                case NOTHING -> {}
                case FILE ->
                    throw new VolumeException(
                            Kind.INVALID, "cannot mount volume over existing file, file exists " + target);
                case DIRECTORY -> fillEmpty(volume, root.path(), target, isShared);
            }
        } catch (final IOException e) {
            throw new VolumeException("failed to populate volume " + volume.name() + ": " + e, e);
        } finally {
            root.unmount();
        }
    }

    private void fillEmpty(final Volume volume, final Path root, final String target, final boolean isShared)
            throws IOException {
        if (!isEmpty(volume.files())) {
            return;
        }
        if (isShared) {
            DirectoryCopy.copy(root, target, volume.files());
            return;
        }
        final Path files = store.newFiles();
        try {
            DirectoryCopy.copy(root, target, files);
            store.replace(volume, files);
        } finally {
            TreeRemoval.remove(files);
        }
    }

    private static boolean isEmpty(final Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }
}
