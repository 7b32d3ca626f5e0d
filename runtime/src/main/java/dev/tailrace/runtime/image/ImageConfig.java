package dev.tailrace.runtime.image;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an image says of the containers that are made of it: the members of `config` in the OCI image specification,
/// and those that Docker adds.
///
/// @param user `name|uid[:group|gid]`, empty for root
/// @param environment `NAME=VALUE` each
/// @param entrypoint empty if there is none
/// @param command default arguments, or the program where there is no entrypoint
/// @param workingDirectory empty for `/`
/// @param exposedPorts `80/tcp` each
/// @param volumes absolute paths in the container
/// @param stopSignal name or number, such as `SIGQUIT`
/// @param healthCheck absent if there is none
public record ImageConfig(
        String user,
        List<String> environment,
        List<String> entrypoint,
        List<String> command,
        String workingDirectory,
        List<String> exposedPorts,
        List<String> volumes,
        Map<String, String> labels,
        Optional<String> stopSignal,
        Optional<HealthCheck> healthCheck) {
    /// One that says nothing.
    public static final ImageConfig EMPTY =
            new ImageConfig("", List.of(), List.of(), List.of(), "", List.of(), List.of(), Map.of(), Optional.empty());

    /// One without a test of its health.
    public ImageConfig(
            final String user,
            final List<String> environment,
            final List<String> entrypoint,
            final List<String> command,
            final String workingDirectory,
            final List<String> exposedPorts,
            final List<String> volumes,
            final Map<String, String> labels,
            final Optional<String> stopSignal) {
        this(
                user,
                environment,
                entrypoint,
                command,
                workingDirectory,
                exposedPorts,
                volumes,
                labels,
                stopSignal,
                Optional.empty());
    }

    public ImageConfig {
        environment = List.copyOf(environment);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        exposedPorts = List.copyOf(exposedPorts);
        volumes = List.copyOf(volumes);
        labels = Map.copyOf(labels);
    }
}
