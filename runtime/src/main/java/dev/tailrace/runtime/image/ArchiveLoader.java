package dev.tailrace.runtime.image;

import dev.tailrace.runtime.image.ArchivedImage.Blob;
import dev.tailrace.runtime.storage.Compression;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.LayerStore;
import dev.tailrace.runtime.storage.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.List;
import java.util.Optional;

/// Unpacks the layers of an archived image that the store does not have.
final class ArchiveLoader {
    private final Spool spool;
    private final LayerStore layers;

    ArchiveLoader(final Spool spool, final LayerStore layers) {
        this.spool = spool;
        this.layers = layers;
    }

    /// @return the bytes of its configuration
    byte[] load(final ArchivedImage image) throws IOException {
        final Blob configuration = image.configuration();
        final byte[] bytes = spool.document(configuration.name());
        check(configuration, Digests.of(bytes));
        final List<String> diffIds = new ImageDocument(bytes).layers();
        if (diffIds.size() != image.layers().size()) {
            throw Failures.invalid("corrupt archive: the image has " + diffIds.size() + " layers, the archive "
                    + image.layers().size());
        }
        for (int i = 0; i < diffIds.size(); i++) {
            final Path file = spool.file(image.layers().get(i).name());
            if (layers.find(diffIds.get(i)).isEmpty()) {
                unpack(image.layers().get(i), file, diffIds.get(i));
            }
        }
        return bytes;
    }

    private void unpack(final Blob blob, final Path file, final String diffId) throws IOException {
        try (DigestInputStream raw =
                new DigestInputStream(new BufferedInputStream(Files.newInputStream(file)), Digests.sha256())) {
            final InputStream tar = Compression.open(raw);
            layers.add(tar, Optional.of(diffId));
            raw.transferTo(OutputStream.nullOutputStream());
            check(blob, Digests.text(raw.getMessageDigest()));
        } catch (final StorageException e) {
            throw Failures.of(e);
        }
    }

    private static void check(final Blob blob, final String actual) {
        if (blob.digest().isPresent() && !blob.digest().get().equals(actual)) {
            throw Failures.invalid("corrupt archive: the digest of " + blob.name() + " is " + actual);
        }
    }
}
