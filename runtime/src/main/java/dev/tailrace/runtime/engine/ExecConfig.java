package dev.tailrace.runtime.engine;

import java.util.List;

/// A process to be executed in a running container: `docker exec`.
///
/// @param user empty for the container's
/// @param workingDirectory empty for the container's
/// @param environment added to the container's, `NAME=VALUE` each
public record ExecConfig(
        List<String> command,
        String user,
        String workingDirectory,
        List<String> environment,
        boolean isPrivileged,
        boolean hasTerminal,
        boolean attachesInput,
        boolean attachesOutput,
        boolean attachesError) {
    public ExecConfig {
        command = List.copyOf(command);
        environment = List.copyOf(environment);
    }
}
