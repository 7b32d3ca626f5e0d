package dev.tailrace.runtime.image;

import java.time.Instant;
import java.util.List;

/// An image in the store.
///
/// @param id `sha256:` and 64 hexadecimal digits: the digest of the configuration's bytes
/// @param names `repository:tag` each, with the registry left out where it is Docker's; empty if it has none
/// @param digests `repository@sha256:...` each
/// @param layers the digests of the uncompressed layers (`diff_ids`), the lowest first
/// @param sizeBytes of all layers unpacked
/// @param history newest last
public record Image(
        String id,
        List<String> names,
        List<String> digests,
        ImageConfig config,
        List<String> layers,
        Instant created,
        String architecture,
        String os,
        String author,
        String comment,
        long sizeBytes,
        List<History> history) {
    public Image {
        names = List.copyOf(names);
        digests = List.copyOf(digests);
        layers = List.copyOf(layers);
        history = List.copyOf(history);
    }

    /// A step that the image was built by.
    ///
    /// @param sizeBytes of its layer, 0 if it made none
    public record History(Instant created, String createdBy, String comment, long sizeBytes, boolean isEmptyLayer) {}
}
