package dev.tailrace.runtime.container;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A process to be started in a container.
///
/// @param arguments the program, looked for in PATH of `environment` if it has no slash, and its arguments
/// @param environment `NAME=VALUE` each; HOME is added from the container's /etc/passwd if it is not there
/// @param workingDirectory absolute; made if it is not there
/// @param user `name|uid[:group|gid]` of the container's /etc/passwd and /etc/group; empty for root
/// @param additionalGroups names or numbers
/// @param capabilities of the bounding, permitted and effective sets, such as `CAP_CHOWN`; a user other than root has
/// them in the bounding set only
/// @param isConfined whether the seccomp filter is installed
/// @param hasTerminal whether it has a terminal of its own, else three pipes
/// @param isInputOpen whether something may be written to its input, else it reads the end of file
/// @param terminalSize that its terminal has before it starts
public record ProcessSpec(
        List<String> arguments,
        List<String> environment,
        String workingDirectory,
        String user,
        List<String> additionalGroups,
        Set<String> capabilities,
        List<ResourceLimit> limits,
        boolean hasNoNewPrivileges,
        boolean isConfined,
        boolean hasTerminal,
        boolean isInputOpen,
        Optional<TerminalSize> terminalSize) {
    /// With a terminal, if it has one, whose size nobody has said.
    public ProcessSpec(
            final List<String> arguments,
            final List<String> environment,
            final String workingDirectory,
            final String user,
            final List<String> additionalGroups,
            final Set<String> capabilities,
            final List<ResourceLimit> limits,
            final boolean hasNoNewPrivileges,
            final boolean isConfined,
            final boolean hasTerminal,
            final boolean isInputOpen) {
        this(
                arguments,
                environment,
                workingDirectory,
                user,
                additionalGroups,
                capabilities,
                limits,
                hasNoNewPrivileges,
                isConfined,
                hasTerminal,
                isInputOpen,
                Optional.empty());
    }

    public ProcessSpec {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
        additionalGroups = List.copyOf(additionalGroups);
        capabilities = Set.copyOf(capabilities);
        limits = List.copyOf(limits);
    }

    /// In characters.
    public record TerminalSize(int rows, int columns) {}

    /// @param name as `nofile`; see getrlimit(2)
    /// @param soft -1 for unlimited
    /// @param hard -1 for unlimited
    public record ResourceLimit(String name, long soft, long hard) {}
}
