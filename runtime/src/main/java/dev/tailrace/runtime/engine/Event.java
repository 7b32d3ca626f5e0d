package dev.tailrace.runtime.engine;

import java.time.Instant;
import java.util.Map;

/// Something that happened: a line of `docker events`.
///
/// @param type `container`, `image`, `network` or `volume`
/// @param action such as `start`
/// @param id of what it happened to
public record Event(String type, String action, String id, Map<String, String> attributes, Instant time) {
    public Event {
        attributes = Map.copyOf(attributes);
    }
}
