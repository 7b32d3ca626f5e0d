package dev.tailrace.runtime.api;

import dev.tailrace.runtime.image.Image;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the layers of images take, each counted once.
///
/// @param bytes of each layer by its digest, unpacked
/// @param users how many of the images have it
record LayerSizes(Map<String, Long> bytes, Map<String, Integer> users) {
    static LayerSizes of(final List<Image> images) {
        final Map<String, Long> bytes = new LinkedHashMap<>();
        final Map<String, Integer> users = new HashMap<>();
        for (final Image image : images) {
            sizes(image).forEach(bytes::putIfAbsent);
            new HashSet<>(image.layers()).forEach(layer -> users.merge(layer, 1, Integer::sum));
        }
        return new LayerSizes(bytes, users);
    }

    long totalBytes() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Of the layers that other images have, too.
    long sharedBytes(final Image image) {
        return image.layers().stream()
                .distinct()
                .filter(layer -> users.getOrDefault(layer, 0) > 1)
                .mapToLong(layer -> bytes.getOrDefault(layer, 0L))
                .sum();
    }

    /// The history tells the size of each layer. Of an image with less history than layers, the last has the rest.
    private static Map<String, Long> sizes(final Image image) {
        final Map<String, Long> sizes = new LinkedHashMap<>();
        final List<Long> told = image.history().stream()
                .filter(step -> !step.isEmptyLayer())
                .map(Image.History::sizeBytes)
                .toList();
        long left = image.sizeBytes();
        for (int i = 0; i < image.layers().size(); i++) {
            final boolean isLast = i == image.layers().size() - 1;
            final long size = i < told.size() ? told.get(i) : isLast ? left : 0;
            left -= size;
            sizes.merge(image.layers().get(i), size, Math::max);
        }
        return sizes;
    }
}
