package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageConfig;
import dev.tailrace.runtime.image.Images;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// `docker commit`.
final class Committer {
    private final Images images;
    private final Path temporary;

    /// @param temporary emptied when the engine starts
    Committer(final Images images, final Path temporary) {
        this.images = images;
        this.temporary = temporary;
    }

    Image commit(final Container container, final ImageConfig config, final Images.Commit about) {
        try {
            final Path layer = Files.createTempFile(temporary, "commit-", ".tar");
            try {
                container.root().mount();
                try (OutputStream tar = new BufferedOutputStream(Files.newOutputStream(layer))) {
                    container.root().writeChanges(tar);
                } finally {
                    container.root().unmount();
                }
                return images.commit(Optional.of(container.image().id()), layer, config, about);
            } finally {
                Files.deleteIfExists(layer);
            }
        } catch (final IOException e) {
            throw new EngineException(
                    Kind.FAILED, "cannot commit container " + container.name() + ": " + e.getMessage(), e);
        }
    }
}
