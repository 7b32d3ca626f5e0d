package dev.tailrace.runtime.api;

import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.Images;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Set;

/// Which images `docker images` shows.
final class ImageMatch {
    private static final Set<String> TRUE = Set.of("true", "1");

    private ImageMatch() {}

    static boolean matches(final Image image, final Filters filters, final Images images) {
        return filters.any("reference", pattern -> image.names().stream().anyMatch(name -> isLike(name, pattern)))
                && filters.any(
                        "dangling",
                        wanted -> TRUE.contains(wanted) == image.names().isEmpty())
                && filters.matchLabels(image.config().labels())
                && filters.any(
                        "before",
                        other -> images.find(other)
                                .map(found -> image.created().isBefore(found.created()))
                                .orElse(false))
                && filters.any(
                        "since",
                        other -> images.find(other)
                                .map(found -> image.created().isAfter(found.created()))
                                .orElse(false));
    }

    /// Shell patterns on the whole name and on the name without the tag.
    private static boolean isLike(final String name, final String pattern) {
        final PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        final int colon = name.lastIndexOf(':');
        return matcher.matches(Path.of(name))
                || (colon > name.lastIndexOf('/') && matcher.matches(Path.of(name.substring(0, colon))));
    }
}
