package dev.tailrace.runtime.storage;

import java.util.Optional;

/// The archive of a layer as registries have it: compressed, under a digest of its own.
///
/// @param digest of the compressed bytes
/// @param mediaType as a manifest names it
public record LayerBlob(String digest, long sizeBytes, String mediaType) {
    /// One line for a file.
    String text() {
        return digest + " " + sizeBytes + " " + mediaType + "\n";
    }

    /// Nothing for a line that makes no sense: what it says can be had again.
    static Optional<LayerBlob> parse(final String text) {
        final String[] words = text.strip().split(" ", -1);
        if (words.length != 3 || !Digests.isDigest(words[0]) || !words[1].matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new LayerBlob(words[0], Long.parseLong(words[1]), words[2]));
    }
}
