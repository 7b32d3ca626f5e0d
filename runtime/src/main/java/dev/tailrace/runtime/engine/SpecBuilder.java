package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ContainerSpec;
import dev.tailrace.runtime.container.MountSpec;
import dev.tailrace.runtime.container.ProcessSpec;
import dev.tailrace.runtime.container.ProcessSpec.TerminalSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What is started, out of what was asked for.
final class SpecBuilder {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final long SHARED_MEMORY_BYTES = 64L << 20;

    private SpecBuilder() {}

    static ContainerSpec container(
            final Container container, final NetworkFiles files, final OptionalInt networkNamespaceFd) {
        final HostConfig host = container.host();
        final ContainerConfig config = container.config();
        final List<MountSpec> users = MountPlan.specs(host, container.mounts());
        final List<MountSpec> mounts = new ArrayList<>(files.mounts(users));
        mounts.addAll(users);
        final ExecConfig first = new ExecConfig(
                arguments(config),
                config.user(),
                config.workingDirectory(),
                List.of(),
                host.isPrivileged(),
                config.hasTerminal(),
                config.isInputOpen(),
                true,
                true);
        return new ContainerSpec(
                container.id(),
                container.root().path(),
                host.isRootReadOnly(),
                config.hostname(),
                mounts,
                networkNamespaceFd,
                host.isPrivileged(),
                host.hasInit().orElse(false),
                host.sysctls(),
                host.sharedMemoryBytes() == 0 ? SHARED_MEMORY_BYTES : host.sharedMemoryBytes(),
                process(container, first, config.hasTerminal() ? host.consoleSize() : Optional.empty()),
                host.resources());
    }

    /// What `exec` leaves out is the container's.
    static ProcessSpec process(final Container container, final ExecConfig exec) {
        return process(container, exec, Optional.empty());
    }

    private static ProcessSpec process(
            final Container container, final ExecConfig exec, final Optional<TerminalSize> terminalSize) {
        final ContainerConfig config = container.config();
        final HostConfig host = container.host();
        final SecurityOptions security = SecurityOptions.of(host);
        final String directory =
                exec.workingDirectory().isEmpty() ? config.workingDirectory() : exec.workingDirectory();
        return new ProcessSpec(
                exec.command(),
                RequestMerge.environment(environment(config, exec.hasTerminal()), exec.environment()),
                directory.isEmpty() ? "/" : directory,
                exec.user().isEmpty() ? config.user() : exec.user(),
                host.additionalGroups(),
                exec.isPrivileged() ? Capabilities.ALL : Capabilities.of(host),
                host.limits(),
                security.hasNoNewPrivileges(),
                security.isConfined() && !exec.isPrivileged(),
                exec.hasTerminal(),
                exec.attachesInput(),
                terminalSize);
    }

    /// The program and its arguments.
    static List<String> arguments(final ContainerConfig config) {
        final List<String> arguments = new ArrayList<>(config.entrypoint().orElse(List.of()));
        arguments.addAll(config.command());
        return arguments;
    }

    private static List<String> environment(final ContainerConfig config, final boolean hasTerminal) {
        final List<String> defaults = new ArrayList<>(List.of(PATH, "HOSTNAME=" + config.hostname()));
        if (hasTerminal) {
            defaults.add("TERM=xterm");
        }
        return RequestMerge.environment(defaults, config.environment());
    }
}
