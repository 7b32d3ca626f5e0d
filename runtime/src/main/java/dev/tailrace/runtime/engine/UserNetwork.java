package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.network.NetworkSpec;
import java.time.Instant;
import java.util.Map;

/// A network of the user's own, as it was made; it does not change.
///
/// @param options of the driver, as they were given
/// @param isAttachable as it was given; it means nothing here
public record UserNetwork(
        NetworkSpec spec,
        Instant created,
        Map<String, String> labels,
        Map<String, String> options,
        boolean isAttachable) {
    public UserNetwork {
        labels = Map.copyOf(labels);
        options = Map.copyOf(options);
    }

    public String id() {
        return spec.id();
    }

    public String name() {
        return spec.name();
    }
}
