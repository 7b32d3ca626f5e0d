package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.image.HealthCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What runs in a container: the members of `Config` in the Engine API.
///
/// In a request, what is empty comes from the image; see [RequestMerge].
///
/// @param user `name|uid[:group|gid]`
/// @param exposedPorts `80/tcp` each
/// @param hasTerminal `Tty`
/// @param isInputOpen `OpenStdin`
/// @param isInputOnce the end of the first client's input is the end of the process's (`StdinOnce`)
/// @param environment `NAME=VALUE` each; `NAME` alone takes a variable of the image away
/// @param command empty: the image's, if the request has no entrypoint
/// @param entrypoint absent: the image's; empty or with one empty word: none
/// @param image as it was asked for
/// @param volumes absolute paths in the container
/// @param stopSignal name or number
/// @param stopTimeoutS -1 for no limit
/// @param healthCheck absent: the image's
public record ContainerConfig(
        String hostname,
        String domainname,
        String user,
        boolean attachesInput,
        boolean attachesOutput,
        boolean attachesError,
        List<String> exposedPorts,
        boolean hasTerminal,
        boolean isInputOpen,
        boolean isInputOnce,
        List<String> environment,
        List<String> command,
        Optional<List<String>> entrypoint,
        String image,
        List<String> volumes,
        String workingDirectory,
        Map<String, String> labels,
        Optional<String> stopSignal,
        OptionalInt stopTimeoutS,
        Optional<HealthCheck> healthCheck) {
    public ContainerConfig {
        exposedPorts = List.copyOf(exposedPorts);
        environment = List.copyOf(environment);
        command = List.copyOf(command);
        entrypoint = entrypoint.map(List::copyOf);
        volumes = List.copyOf(volumes);
        labels = Map.copyOf(labels);
    }
}
