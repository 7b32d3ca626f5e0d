package dev.tailrace.runtime.engine;

import java.util.List;
import java.util.Map;

/// What `docker version` and `docker info` say beside what the engine counts.
///
/// @param version of the product
/// @param components in the order they are shown, after the engine itself
/// @param warnings what does not work on this machine, a line each
public record EngineInfo(
        String version,
        String gitCommit,
        String buildTime,
        List<Component> components,
        List<String> securityOptions,
        List<String> warnings) {
    public EngineInfo {
        components = List.copyOf(components);
        securityOptions = List.copyOf(securityOptions);
        warnings = List.copyOf(warnings);
    }

    /// A part with a version of its own.
    public record Component(String name, String version, Map<String, String> details) {
        public Component {
            details = Map.copyOf(details);
        }
    }
}
