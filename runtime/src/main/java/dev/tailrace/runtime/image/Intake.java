package dev.tailrace.runtime.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// An image on its way into the store: its layers first, then the configuration that names them. Layers
/// may come at once, on several threads. Until [#commit] the image is not there; what was brought for
/// nothing goes at [#close], or when the store is next opened if the process is killed.
public interface Intake extends AutoCloseable {
    /// Whether the store has a layer, which then stays at least as long as this is open.
    boolean has(String diffId);

    /// Unpacks a layer while it arrives.
    ///
    /// @param archive plain or compressed; read to its end, not closed
    /// @throws ImageException it is malformed, too large, or not the layer of that digest; nothing of
    /// it is left
    /// @throws IOException from `archive`
    void layer(String diffId, InputStream archive) throws IOException;

    /// Unpacks a layer of which nobody has said the digest.
    ///
    /// @param archive plain or compressed; must have the mark at its end
    /// @return its digest
    String layer(InputStream archive) throws IOException;

    /// Makes the image, all at once. May be called more than once, for images that share layers.
    ///
    /// @param digests what registries call it, `docker.io/library/nginx@sha256:...` each
    Image commit(byte[] configuration, List<ImageName> names, List<String> digests);

    /// Makes an image that is a step of a build: found by its id and its key only.
    ///
    /// @param key what it was made of, and how
    Image keep(byte[] configuration, String key);

    @Override
    void close();
}
