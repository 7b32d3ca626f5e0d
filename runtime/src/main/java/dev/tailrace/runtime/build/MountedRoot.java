package dev.tailrace.runtime.build;

import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.ContainerRoots;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/// The files of an image for a while, to be looked at.
final class MountedRoot implements AutoCloseable {
    private static final int ID_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ContainerRoot root;

    private MountedRoot(final ContainerRoot root) {
        this.root = root;
    }

    /// @param layers digests, the lowest first
    static MountedRoot of(final ContainerRoots roots, final List<String> layers) {
        final byte[] id = new byte[ID_BYTES];
        RANDOM.nextBytes(id);
        final ContainerRoot root = roots.createPassing(HexFormat.of().formatHex(id), layers);
        boolean isMounted = false;
        try {
            root.mount();
            isMounted = true;
            return new MountedRoot(root);
        } finally {
            if (!isMounted) {
                root.remove();
            }
        }
    }

    Path path() {
        return root.path();
    }

    @Override
    public void close() {
        root.unmount();
        root.remove();
    }
}
