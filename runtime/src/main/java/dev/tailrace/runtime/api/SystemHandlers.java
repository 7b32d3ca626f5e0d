package dev.tailrace.runtime.api;

import dev.tailrace.runtime.container.Resources;
import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.ContainerState;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineInfo;
import dev.tailrace.runtime.log.EntryFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `docker version` and `docker info`.
final class SystemHandlers {
    private final Engine engine;

    SystemHandlers(final Engine engine) {
        this.engine = engine;
    }

    void ping(final Request request, final String name, final Exchange exchange) throws IOException {
        final boolean isHead = request.method().equals("HEAD");
        final Map<String, String> headers = Map.of(
                "Builder-Version", "1",
                "Swarm", "inactive",
                "Cache-Control", "no-cache, no-store, must-revalidate",
                "Pragma", "no-cache");
        exchange.send(200, Headers.TEXT, isHead ? new byte[0] : new byte[] {'O', 'K'}, headers);
    }

    void version(final Request request, final String name, final Exchange exchange) throws IOException {
        final EngineInfo info = engine.info();
        final Host host = Host.read();
        final Map<String, String> details = new LinkedHashMap<>();
        details.put("ApiVersion", ApiVersion.CURRENT.toString());
        details.put("Arch", host.architecture());
        details.put("BuildTime", info.buildTime());
        details.put("Experimental", "false");
        details.put("GitCommit", info.gitCommit());
        details.put("GoVersion", host.javaVersion());
        details.put("KernelVersion", host.kernel());
        details.put("MinAPIVersion", ApiVersion.MINIMUM.toString());
        details.put("Os", "linux");
        final List<Object> components = new ArrayList<>();
        components.add(Json.object("Name", "Engine", "Version", info.version(), "Details", details));
        info.components()
                .forEach(part -> components.add(
                        Json.object("Name", part.name(), "Version", part.version(), "Details", part.details())));
        Json.send(
                exchange,
                200,
                Json.object(
                        "Platform", Map.of("Name", "Tailrace"),
                        "Components", components,
                        "Version", info.version(),
                        "ApiVersion", ApiVersion.CURRENT.toString(),
                        "MinAPIVersion", ApiVersion.MINIMUM.toString(),
                        "GitCommit", info.gitCommit(),
                        "GoVersion", host.javaVersion(),
                        "Os", "linux",
                        "Arch", host.architecture(),
                        "KernelVersion", host.kernel(),
                        "BuildTime", info.buildTime()));
    }

    void info(final Request request, final String name, final Exchange exchange) throws IOException {
        final Map<String, @Nullable Object> info = counts(engine.containers());
        info.put("Images", engine.images().list().size());
        storage(info);
        host(info, Host.read());
        limits(info);
        info.put("Warnings", warnings());
        Json.send(exchange, 200, info);
    }

    private List<String> warnings() {
        final List<String> warnings = new ArrayList<>(engine.info().warnings());
        engine.network()
                .failure()
                .ifPresent(why -> warnings.add("WARNING: The network is down: restart the engine (" + why + ")"));
        return warnings;
    }

    private static Map<String, @Nullable Object> counts(final List<Container> containers) {
        return Json.object(
                "ID", "tailrace",
                "Containers", containers.size(),
                "ContainersRunning", count(containers, ContainerState.RUNNING),
                "ContainersPaused", count(containers, ContainerState.PAUSED),
                "ContainersStopped",
                        containers.stream()
                                .filter(container -> !container.status().state().hasProcess())
                                .count());
    }

    private void storage(final Map<String, @Nullable Object> info) {
        info.put("Driver", engine.roots().driver());
        info.put(
                "DriverStatus",
                List.of(List.of("Root Dir", engine.stateDirectory().toString())));
        info.put("DockerRootDir", engine.stateDirectory().toString());
        info.put(
                "Plugins",
                Json.object(
                        "Volume", List.of(),
                        "Network", List.of("bridge", "host", "null"),
                        "Authorization", null,
                        "Log", List.of("json-file")));
        info.put(
                "RegistryConfig",
                Json.object("InsecureRegistryCIDRs", List.of(), "IndexConfigs", Map.of(), "Mirrors", List.of()));
        info.put("LoggingDriver", "json-file");
    }

    private void host(final Map<String, @Nullable Object> info, final Host host) {
        info.put("SystemTime", EntryFormat.timestamp(engine.clock().instant()));
        info.put("KernelVersion", host.kernel());
        info.put("OperatingSystem", host.operatingSystem());
        info.put("OSVersion", host.osVersion());
        info.put("OSType", "linux");
        info.put("Architecture", host.machine());
        info.put("NCPU", Runtime.getRuntime().availableProcessors());
        info.put("MemTotal", host.memoryBytes());
        info.put("Name", host.name());
        info.put("ServerVersion", engine.info().version());
        info.put("Runtimes", Map.of("tailrace", Map.of("path", "built in")));
        info.put("DefaultRuntime", "tailrace");
        info.put("InitBinary", "built in");
        // What docker has programs for, and prints under their names.
        info.put("ContainerdCommit", Map.of("ID", "none: the engine is one process"));
        info.put("RuncCommit", Map.of("ID", "tailrace runtime " + version("runtime")));
        info.put("InitCommit", Map.of("ID", "tailrace init " + version("init")));
        info.put("SecurityOptions", engine.info().securityOptions());
        info.put("Swarm", Json.object("NodeID", "", "LocalNodeState", "inactive", "ControlAvailable", false));
        info.put("IPv4Forwarding", true);
        info.put("ExperimentalBuild", false);
        info.put("LiveRestoreEnabled", false);
        info.put("Isolation", "");
        info.put("Labels", List.of("netstack=tailrace netstack " + version("netstack")));
    }

    private void limits(final Map<String, @Nullable Object> info) {
        final boolean isMemory = engine.holds(Resources.MEMORY);
        final boolean isProcessors = engine.holds(Resources.PROCESSORS);
        final boolean isProcesses = engine.holds(Resources.PROCESSES);
        info.put("CgroupDriver", isMemory || isProcessors || isProcesses ? "cgroupfs" : "none");
        info.put("CgroupVersion", "2");
        info.put("MemoryLimit", isMemory);
        info.put("SwapLimit", isMemory);
        info.put("CpuCfsPeriod", isProcessors);
        info.put("CpuCfsQuota", isProcessors);
        info.put("CPUShares", isProcessors);
        info.put("PidsLimit", isProcesses);
    }

    /// Of a part, or of the whole.
    private String version(final String part) {
        return engine.info().components().stream()
                .filter(component -> component.name().equals(part))
                .map(EngineInfo.Component::version)
                .findFirst()
                .orElse(engine.info().version());
    }

    private static long count(final List<Container> containers, final ContainerState state) {
        return containers.stream()
                .filter(container -> container.status().state() == state)
                .count();
    }
}
