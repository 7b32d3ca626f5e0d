package dev.tailrace.runtime.volume;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// A volume as it was made; it does not change.
///
/// @param files the directory that is mounted in containers
/// @param labels by name
/// @param isAnonymous whether nobody gave it its name: it goes with the container that it was made for, if that is
/// wanted, and by `prune`
public record Volume(String name, Path files, Map<String, String> labels, Instant created, boolean isAnonymous) {
    /// The only driver.
    public static final String DRIVER = "local";

    /// The label by which clients know an anonymous one.
    public static final String ANONYMOUS_LABEL = "com.docker.volume.anonymous";

    public Volume {
        labels = Map.copyOf(labels);
    }
}
