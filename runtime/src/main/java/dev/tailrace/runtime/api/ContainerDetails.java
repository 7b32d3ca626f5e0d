package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.ContainerConfig;
import dev.tailrace.runtime.engine.ContainerState;
import dev.tailrace.runtime.engine.ContainerStatus;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.log.EntryFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `docker inspect` of a container.
final class ContainerDetails {
    private ContainerDetails() {}

    static Map<String, @Nullable Object> json(
            final Engine engine, final Container container, final boolean hasSize, final ApiVersion version)
            throws IOException {
        final ContainerConfig config = container.config();
        final List<String> program = new ArrayList<>(config.entrypoint().orElse(List.of()));
        program.addAll(config.command());
        final ContainerStatus status = container.status();
        final Map<String, @Nullable Object> json = Json.object(
                "Id", container.id(),
                "Created", EntryFormat.timestamp(container.created()),
                "Path", program.getFirst(),
                "Args", program.subList(1, program.size()),
                "State", state(container, status),
                "Image", container.image().id(),
                "ResolvConfPath", container.directory().resolve("resolv.conf").toString(),
                "HostnamePath", container.directory().resolve("hostname").toString(),
                "HostsPath", container.directory().resolve("hosts").toString(),
                "LogPath", container.log().file().toString(),
                "Name", "/" + container.name(),
                "RestartCount", status.restarts(),
                "Driver", engine.roots().driver(),
                "Platform", "linux",
                "MountLabel", "",
                "ProcessLabel", "",
                "AppArmorProfile", "",
                "ExecIDs", execs(engine, container),
                "HostConfig", HostConfigJson.json(container),
                "GraphDriver", Json.object("Name", engine.roots().driver(), "Data", null),
                "Mounts", MountsJson.list(container),
                "Config", config(config),
                "NetworkSettings", NetworkSettings.json(engine, container, version));
        if (hasSize) {
            json.put("SizeRw", container.root().sizeBytes());
            json.put(
                    "SizeRootFs",
                    container.root().sizeBytes() + container.image().sizeBytes());
        }
        return json;
    }

    private static @Nullable Object execs(final Engine engine, final Container container) {
        final List<String> running = engine.execs().running(container);
        return running.isEmpty() ? null : running;
    }

    private static Map<String, @Nullable Object> state(final Container container, final ContainerStatus status) {
        final ContainerState state = status.state();
        final Map<String, @Nullable Object> json = Json.object(
                "Status", state.text(),
                "Running", state.hasProcess() || state == ContainerState.RESTARTING,
                "Paused", state == ContainerState.PAUSED,
                "Restarting", state == ContainerState.RESTARTING,
                "OOMKilled", status.isOutOfMemory(),
                "Dead", false,
                "Pid", status.pid(),
                "ExitCode", status.exitCode(),
                "Error", status.error(),
                "StartedAt", Json.time(status.startedAt()),
                "FinishedAt", Json.time(status.finishedAt()));
        container.health().ifPresent(health -> json.put("Health", HealthJson.json(health)));
        return json;
    }

    private static Map<String, @Nullable Object> config(final ContainerConfig config) {
        final Map<String, @Nullable Object> json = Json.object(
                "Hostname", config.hostname(),
                "Domainname", config.domainname(),
                "User", config.user(),
                "AttachStdin", config.attachesInput(),
                "AttachStdout", config.attachesOutput(),
                "AttachStderr", config.attachesError(),
                "Tty", config.hasTerminal(),
                "OpenStdin", config.isInputOpen(),
                "StdinOnce", config.isInputOnce(),
                "Env", config.environment(),
                "Cmd", config.command(),
                "Image", config.image(),
                "Volumes", config.volumes().isEmpty() ? null : Json.set(config.volumes()),
                "WorkingDir", config.workingDirectory(),
                "Entrypoint",
                        config.entrypoint().filter(words -> !words.isEmpty()).orElse(null),
                "Labels", config.labels());
        if (!config.exposedPorts().isEmpty()) {
            json.put("ExposedPorts", Json.set(config.exposedPorts()));
        }
        config.stopSignal().ifPresent(signal -> json.put("StopSignal", signal));
        config.healthCheck().ifPresent(check -> json.put("Healthcheck", check.json()));
        config.stopTimeoutS().ifPresent(seconds -> json.put("StopTimeout", seconds));
        return json;
    }
}
