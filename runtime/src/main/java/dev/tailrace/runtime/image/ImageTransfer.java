package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.LayerBlob;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The store as those see it who bring images piece by piece or take them away so: registries and
/// builds. Safe for several threads.
public interface ImageTransfer {
    /// Begins a new image.
    Intake intake();

    /// The bytes that name an image.
    ///
    /// @throws IOException also if there is none
    byte[] configuration(String id) throws IOException;

    /// Writes the uncompressed archive of a layer, to the byte.
    ///
    /// @throws ImageException it is not there, or does not come out as it went in
    void writeLayer(String diffId, OutputStream tar) throws IOException;

    /// The image that a step of a build has made, if it is still there.
    ///
    /// @param key what it was made of, and how
    Optional<String> step(String key);

    /// The images that are steps of builds, and nothing else.
    List<Image> steps();

    /// Forgets all steps of builds, and deletes what they alone need.
    ///
    /// @param isUsed whether a container is made of the image with this id: nothing is forgotten then
    /// @return how many bytes that were
    long forgetSteps(Predicate<String> isUsed);

    /// A name for a file of the caller's that the store deletes when it is next opened, should the
    /// caller not do so.
    Path newPlace();

    /// What a registry called the layer, if one has had it or given it.
    Optional<LayerBlob> blob(String diffId) throws IOException;

    void remember(String diffId, LayerBlob blob) throws IOException;
}
