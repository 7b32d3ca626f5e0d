package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.image.ImageTransfer;
import dev.tailrace.runtime.storage.Digests;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.zip.GZIPOutputStream;

/// The compressed archive of a layer in a file, for as long as it takes to send it.
///
/// @param blob its digest and length
record PackedLayer(Path file, Descriptor blob) implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    /// Compresses a layer. The same layer gives the same bytes.
    ///
    /// @param file to be made
    /// @param mediaType that the manifest has for it
    static PackedLayer of(final ImageTransfer store, final String diffId, final Path file, final String mediaType)
            throws IOException {
        boolean isDone = false;
        final MessageDigest digest = Digests.sha256();
        try (OutputStream raw = new DigestOutputStream(Files.newOutputStream(file), digest);
                OutputStream packed = new GZIPOutputStream(new BufferedOutputStream(raw, BUFFER_BYTES), BUFFER_BYTES);
                OutputStream buffered = new BufferedOutputStream(packed, BUFFER_BYTES)) {
            store.writeLayer(diffId, buffered);
            isDone = true;
        } finally {
            if (!isDone) {
                Files.deleteIfExists(file);
            }
        }
        return new PackedLayer(file, new Descriptor(mediaType, Digests.text(digest), Files.size(file)));
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
