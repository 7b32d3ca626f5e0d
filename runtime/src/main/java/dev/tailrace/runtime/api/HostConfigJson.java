package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.HostConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `HostConfig` of `docker inspect`.
final class HostConfigJson {
    private static final long DEFAULT_SHARED_MEMORY_BYTES = 64L << 20;

    private HostConfigJson() {}

    static Map<String, @Nullable Object> json(final Container container) {
        final HostConfig host = container.host();
        final Map<String, @Nullable Object> json = Json.object(
                "Binds", orNull(host.binds()),
                "ContainerIDFile", "",
                "LogConfig",
                        Json.object(
                                "Type",
                                host.logDriver().isEmpty() ? "json-file" : host.logDriver(),
                                "Config",
                                Map.of()),
                "NetworkMode", host.networkMode(),
                "PortBindings", PortsJson.wanted(container),
                "RestartPolicy",
                        Json.object(
                                "Name",
                                host.restartPolicy().name().isEmpty()
                                        ? "no"
                                        : host.restartPolicy().name(),
                                "MaximumRetryCount",
                                host.restartPolicy().maximumRetries()),
                "AutoRemove", host.isRemovedAtExit(),
                "VolumeDriver", host.volumeDriver(),
                "VolumesFrom", orNull(host.volumesFrom()),
                "CapAdd", orNull(host.additionalCapabilities()),
                "CapDrop", orNull(host.droppedCapabilities()),
                "CgroupnsMode", "private",
                "Dns", host.nameServers(),
                "DnsOptions", host.resolverOptions(),
                "DnsSearch", host.searchDomains(),
                "ExtraHosts", orNull(host.extraHosts()),
                "GroupAdd", orNull(host.additionalGroups()),
                "IpcMode", "private",
                "Links", null,
                "PidMode", "",
                "Privileged", host.isPrivileged(),
                "PublishAllPorts", host.publishesAll(),
                "ReadonlyRootfs", host.isRootReadOnly(),
                "SecurityOpt", orNull(host.securityOptions()),
                "UTSMode", "",
                "UsernsMode", "",
                "ShmSize", host.sharedMemoryBytes() == 0 ? DEFAULT_SHARED_MEMORY_BYTES : host.sharedMemoryBytes(),
                "Runtime", "tailrace",
                "Isolation", "",
                "Mounts", mounts(host),
                "Memory", host.resources().memoryBytes(),
                "MemorySwap", host.resources().swapBytes(),
                "NanoCpus", host.resources().nanoProcessors(),
                "CpuShares", host.resources().shares(),
                "CpuQuota", host.resources().quotaUs(),
                "CpuPeriod", host.resources().periodUs(),
                "PidsLimit",
                        host.resources().processes() == 0
                                ? null
                                : host.resources().processes(),
                "ConsoleSize",
                        host.consoleSize()
                                .map(size -> List.of(size.rows(), size.columns()))
                                .orElse(List.of(0, 0)),
                "Devices", List.of(),
                "Ulimits", limits(host),
                "Sysctls", host.sysctls());
        if (!host.temporaryFileSystems().isEmpty()) {
            json.put("Tmpfs", host.temporaryFileSystems());
        }
        host.hasInit().ifPresent(hasInit -> json.put("Init", hasInit));
        return json;
    }

    private static @Nullable Object mounts(final HostConfig host) {
        final List<Object> mounts = new ArrayList<>();
        host.mounts()
                .forEach(mount -> mounts.add(Json.object(
                        "Type", mount.type(),
                        "Source", mount.source(),
                        "Target", mount.target(),
                        "ReadOnly", mount.isReadOnly())));
        return mounts.isEmpty() ? null : mounts;
    }

    private static List<Object> limits(final HostConfig host) {
        final List<Object> limits = new ArrayList<>();
        host.limits()
                .forEach(limit ->
                        limits.add(Json.object("Name", limit.name(), "Hard", limit.hard(), "Soft", limit.soft())));
        return limits;
    }

    private static @Nullable Object orNull(final List<String> list) {
        return list.isEmpty() ? null : list;
    }
}
