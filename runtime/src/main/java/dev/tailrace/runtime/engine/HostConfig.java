package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.ProcessSpec.ResourceLimit;
import dev.tailrace.runtime.container.ProcessSpec.TerminalSize;
import dev.tailrace.runtime.container.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a container is placed on its host: the members of `HostConfig` in the Engine API that we have.
///
/// @param binds `SOURCE:TARGET[:OPTIONS]` each
/// @param volumesFrom `CONTAINER[:ro]` each
/// @param volumeDriver of volumes that are made for the container; empty for `local`
/// @param temporaryFileSystems options by target
/// @param networkMode `default`, `bridge`, `host`, `none` or `container:NAME`
/// @param ports to publish
/// @param publishesAll whether every exposed port is published
/// @param logDriver `json-file` or `none`; empty for the first
/// @param additionalCapabilities with `CAP_` or without; `ALL`
/// @param extraHosts `NAME:ADDRESS` each
/// @param sharedMemoryBytes 0 for Docker's 64 MiB
/// @param consoleSize of its terminal, if it has one
/// @param unavailable what the request has that we cannot do, a warning each
public record HostConfig(
        List<String> binds,
        List<Mount> mounts,
        List<String> volumesFrom,
        String volumeDriver,
        Map<String, String> temporaryFileSystems,
        String networkMode,
        List<PublishedPort> ports,
        boolean publishesAll,
        RestartPolicy restartPolicy,
        boolean isRemovedAtExit,
        String logDriver,
        List<String> additionalCapabilities,
        List<String> droppedCapabilities,
        boolean isPrivileged,
        boolean isRootReadOnly,
        List<String> securityOptions,
        List<String> nameServers,
        List<String> resolverOptions,
        List<String> searchDomains,
        List<String> extraHosts,
        Optional<Boolean> hasInit,
        long sharedMemoryBytes,
        Map<String, String> sysctls,
        List<ResourceLimit> limits,
        Resources resources,
        Optional<TerminalSize> consoleSize,
        List<String> additionalGroups,
        List<String> unavailable) {
    public HostConfig {
        binds = List.copyOf(binds);
        mounts = List.copyOf(mounts);
        volumesFrom = List.copyOf(volumesFrom);
        temporaryFileSystems = Map.copyOf(temporaryFileSystems);
        ports = List.copyOf(ports);
        additionalCapabilities = List.copyOf(additionalCapabilities);
        droppedCapabilities = List.copyOf(droppedCapabilities);
        securityOptions = List.copyOf(securityOptions);
        nameServers = List.copyOf(nameServers);
        resolverOptions = List.copyOf(resolverOptions);
        searchDomains = List.copyOf(searchDomains);
        extraHosts = List.copyOf(extraHosts);
        sysctls = Map.copyOf(sysctls);
        limits = List.copyOf(limits);
        additionalGroups = List.copyOf(additionalGroups);
        unavailable = List.copyOf(unavailable);
    }

    /// The same, restarted and limited otherwise.
    HostConfig with(final RestartPolicy otherPolicy, final Resources otherResources) {
        return new HostConfig(
                binds,
                mounts,
                volumesFrom,
                volumeDriver,
                temporaryFileSystems,
                networkMode,
                ports,
                publishesAll,
                otherPolicy,
                isRemovedAtExit,
                logDriver,
                additionalCapabilities,
                droppedCapabilities,
                isPrivileged,
                isRootReadOnly,
                securityOptions,
                nameServers,
                resolverOptions,
                searchDomains,
                extraHosts,
                hasInit,
                sharedMemoryBytes,
                sysctls,
                limits,
                otherResources,
                consoleSize,
                additionalGroups,
                unavailable);
    }

    /// `--mount`.
    ///
    /// @param type `bind`, `tmpfs` or `volume`
    /// @param options of a tmpfs, as `size=64m,mode=1777`
    /// @param isSourceMade whether a directory of the host that is not there is made (`bind` only)
    /// @param isFilled whether an empty volume gets what the image has there
    /// @param labels of a volume that is made for it
    public record Mount(
            String type,
            String source,
            String target,
            boolean isReadOnly,
            String options,
            boolean isSourceMade,
            boolean isFilled,
            Map<String, String> labels) {
        public Mount {
            labels = Map.copyOf(labels);
        }
    }

    /// A wish for a published port.
    ///
    /// @param container `80/tcp`
    /// @param hostAddress a literal, or empty for all
    /// @param hostPort a number, a range, or empty for one that is free
    public record PublishedPort(String container, String hostAddress, String hostPort) {}

    /// @param name empty, `no`, `always`, `unless-stopped` or `on-failure`
    /// @param maximumRetries of `on-failure`; 0 for no limit
    public record RestartPolicy(String name, int maximumRetries) {}
}
