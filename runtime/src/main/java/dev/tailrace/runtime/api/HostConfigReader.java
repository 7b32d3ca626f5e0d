package dev.tailrace.runtime.api;

import dev.tailrace.runtime.container.ProcessSpec.ResourceLimit;
import dev.tailrace.runtime.container.ProcessSpec.TerminalSize;
import dev.tailrace.runtime.container.Resources;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.HostConfig;
import dev.tailrace.runtime.engine.HostConfig.Mount;
import dev.tailrace.runtime.engine.HostConfig.PublishedPort;
import dev.tailrace.runtime.engine.HostConfig.RestartPolicy;
import dev.tailrace.runtime.volume.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `HostConfig` of a request. What it asks for that would change how safe or how reachable the container is, and that
/// we do not have, is refused; a limit that we do not have is a warning, as with Docker.
final class HostConfigReader {
    /// A terminal tells its size in 16 bits.
    private static final long MOST_CHARACTERS = 65_535;

    private HostConfigReader() {}

    static HostConfig read(final Fields body) {
        final Fields host = body.object("HostConfig");
        refuse(host);
        return new HostConfig(
                host.strings("Binds"),
                host.objects("Mounts").stream().map(HostConfigReader::mount).toList(),
                host.strings("VolumesFrom"),
                host.string("VolumeDriver"),
                host.object("Tmpfs").stringMap(),
                networkMode(host),
                ports(host.object("PortBindings").objectLists()),
                host.bool("PublishAllPorts"),
                new RestartPolicy(host.object("RestartPolicy").string("Name"), (int)
                        host.object("RestartPolicy").number("MaximumRetryCount")),
                host.bool("AutoRemove"),
                host.object("LogConfig").string("Type"),
                host.strings("CapAdd"),
                host.strings("CapDrop"),
                host.bool("Privileged"),
                host.bool("ReadonlyRootfs"),
                host.strings("SecurityOpt"),
                host.strings("Dns"),
                host.strings("DnsOptions"),
                host.strings("DnsSearch"),
                host.strings("ExtraHosts"),
                host.optionalBool("Init"),
                host.number("ShmSize"),
                host.object("Sysctls").stringMap(),
                host.objects("Ulimits").stream().map(HostConfigReader::limit).toList(),
                resources(host),
                consoleSize(host.numbers("ConsoleSize")),
                host.strings("GroupAdd"),
                unavailable(host));
    }

    private static String networkMode(final Fields host) {
        final String mode = host.string("NetworkMode");
        return mode.isEmpty() ? "default" : mode;
    }

    private static Mount mount(final Fields mount) {
        final Fields temporary = mount.object("TmpfsOptions");
        final List<String> options = new ArrayList<>();
        if (temporary.number("SizeBytes") > 0) {
            options.add("size=" + temporary.number("SizeBytes"));
        }
        if (temporary.number("Mode") > 0) {
            options.add("mode=" + Long.toOctalString(temporary.number("Mode")));
        }
        final String type = mount.string("Type");
        final Fields volume = mount.object("VolumeOptions");
        if (!volume.string("Subpath").isEmpty()) {
            throw unsupported("VolumeOptions.Subpath");
        }
        if (!volume.object("DriverConfig").object("Options").names().isEmpty()) {
            throw unsupported("VolumeOptions.DriverConfig.Options");
        }
        final String driver = volume.object("DriverConfig").string("Name");
        if (!driver.isEmpty() && !driver.equals(Volume.DRIVER)) {
            throw new EngineException(
                    Kind.INVALID, "error looking up volume plugin " + driver + ": plugin \"" + driver + "\" not found");
        }
        return new Mount(
                type.isEmpty() ? "volume" : type,
                mount.string("Source"),
                mount.string("Target"),
                mount.bool("ReadOnly"),
                String.join(",", options),
                mount.object("BindOptions").bool("CreateMountpoint"),
                !volume.bool("NoCopy"),
                volume.object("Labels").stringMap());
    }

    private static List<PublishedPort> ports(final Map<String, List<Fields>> bindings) {
        final List<PublishedPort> ports = new ArrayList<>();
        bindings.forEach((container, hosts) -> {
            for (final Fields host : hosts) {
                ports.add(new PublishedPort(container, host.string("HostIp"), host.string("HostPort")));
            }
            if (hosts.isEmpty()) {
                ports.add(new PublishedPort(container, "", ""));
            }
        });
        return ports;
    }

    private static ResourceLimit limit(final Fields limit) {
        return new ResourceLimit(limit.string("Name"), limit.number("Soft"), limit.number("Hard"));
    }

    /// Members of `HostConfig`, and of the body of an update.
    static Resources resources(final Fields fields) {
        return new Resources(
                fields.number("Memory"),
                fields.number("MemorySwap"),
                fields.number("NanoCpus"),
                fields.number("CpuShares"),
                fields.number("CpuQuota"),
                fields.number("CpuPeriod"),
                fields.number("PidsLimit"));
    }

    /// Rows and columns; `[0,0]` from clients without a terminal.
    private static Optional<TerminalSize> consoleSize(final List<Long> size) {
        return size.size() == 2 && size.getFirst() > 0 && size.getLast() > 0
                ? Optional.of(new TerminalSize((int) Math.min(size.getFirst(), MOST_CHARACTERS), (int)
                        Math.min(size.getLast(), MOST_CHARACTERS)))
                : Optional.empty();
    }

    private static void refuse(final Fields host) {
        final Map<String, Set<String>> allowed = Map.of(
                "PidMode", Set.of("", "private"),
                "IpcMode", Set.of("", "private", "shareable"),
                "UTSMode", Set.of(""),
                "UsernsMode", Set.of("", "host"),
                "CgroupnsMode", Set.of("", "private"),
                "Runtime", Set.of("", "tailrace", "runc"));
        allowed.forEach((member, values) -> {
            if (!values.contains(host.string(member))) {
                throw unsupported(member + " \"" + host.string(member) + "\"");
            }
        });
        final Set<String> unnamed = Set.of("", "default", "bridge");
        if (!host.strings("Links").isEmpty() && unnamed.contains(host.string("NetworkMode"))) {
            throw unsupported("Links on the default network (make one with docker network create)");
        }
        if (!host.objects("Devices").isEmpty()) {
            throw unsupported("Devices");
        }
    }

    private static EngineException unsupported(final String what) {
        return new EngineException(Kind.UNSUPPORTED, what + ": not supported by this engine yet");
    }

    private static List<String> unavailable(final Fields host) {
        final List<String> warnings = new ArrayList<>();
        if (!host.string("CpusetCpus").isEmpty()) {
            warnings.add("This engine cannot bind containers to processors yet; CpusetCpus is ignored.");
        }
        if (!host.object("LogConfig").object("Config").names().isEmpty()) {
            warnings.add("This engine does not rotate logs yet; LogConfig.Config is ignored.");
        }
        return warnings;
    }
}
