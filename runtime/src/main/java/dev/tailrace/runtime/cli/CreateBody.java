package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.terminal.Terminal;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The body of `POST /containers/create`.
final class CreateBody {
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
    private static final String KIBI_POWERS = "bkmgt";
    private static final int KIBI_BITS = 10;

    private final ContainerOptions options;
    private final Map<String, String> environment;

    /// @param environment of this process
    CreateBody(final ContainerOptions options, final Map<String, String> environment) {
        this.options = options;
        this.environment = environment;
    }

    /// @param isDetached whether nobody is to be attached
    /// @throws CommandException for options that mean nothing
    JsonObject make(final boolean isDetached, final Optional<Terminal.Size> size) throws IOException {
        final PortOptions ports = PortOptions.of(options.published, options.exposed);
        final JsonObject body = new JsonObject();
        body.put("Hostname", options.hostname);
        body.put("User", options.user);
        body.put("AttachStdin", !isDetached && isAttached("stdin"));
        body.put("AttachStdout", !isDetached && isAttached("stdout"));
        body.put("AttachStderr", !isDetached && isAttached("stderr"));
        body.put("Tty", options.hasTerminal);
        body.put("OpenStdin", options.isInteractive);
        body.put("StdinOnce", options.isInteractive && !isDetached);
        body.put("Env", Json.arrayOf(variables()));
        body.put("Cmd", options.command.isEmpty() ? null : Json.arrayOf(options.command));
        body.put("Image", options.image);
        body.put("WorkingDir", options.workingDirectory);
        body.put("Labels", pairs(options.labels));
        body.put("ExposedPorts", Json.setOf(ports.exposed()));
        body.put(
                "Volumes",
                Json.setOf(
                        options.volumes.stream().filter(v -> !v.contains(":")).toList()));
        if (options.entrypoint != null) {
            body.put(
                    "Entrypoint",
                    Json.arrayOf(options.entrypoint.isEmpty() ? List.of("") : List.of(options.entrypoint)));
        }
        if (!options.stopSignal.isEmpty()) {
            body.put("StopSignal", options.stopSignal);
        }
        if (options.stopTimeoutS != null) {
            body.put("StopTimeout", options.stopTimeoutS);
        }
        body.put("HostConfig", hostConfig(ports, size));
        return body;
    }

    /// Whether a stream is shown: those that were named, else the outputs, and the input with `-i`.
    boolean isAttached(final String stream) {
        final List<String> named = options.attached.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        return named.isEmpty() ? !stream.equals("stdin") || options.isInteractive : named.contains(stream);
    }

    private JsonObject hostConfig(final PortOptions ports, final Optional<Terminal.Size> size) {
        final JsonObject host = new JsonObject();
        host.put("Binds", Json.arrayOf(binds()));
        host.put("Mounts", mounts());
        host.put("Tmpfs", temporary());
        host.put("NetworkMode", options.network);
        host.put("PortBindings", ports.bindings());
        host.put("PublishAllPorts", options.isAllPublished);
        host.put("AutoRemove", options.isRemoved);
        host.put("RestartPolicy", restartPolicy());
        host.put("CapAdd", Json.arrayOf(options.addedCapabilities));
        host.put("CapDrop", Json.arrayOf(options.droppedCapabilities));
        host.put("Privileged", options.isPrivileged);
        host.put("ReadonlyRootfs", options.isReadOnly);
        host.put("SecurityOpt", Json.arrayOf(options.securityOptions));
        host.put("GroupAdd", Json.arrayOf(options.groups));
        host.put("Dns", Json.arrayOf(options.nameServers));
        host.put("DnsSearch", Json.arrayOf(options.searchDomains));
        host.put("DnsOptions", Json.arrayOf(options.resolverOptions));
        host.put("ExtraHosts", Json.arrayOf(options.hosts));
        host.put("Sysctls", pairs(options.settings));
        host.put("Ulimits", limits());
        host.put("ShmSize", bytes("--shm-size", options.sharedMemory));
        host.put("Memory", bytes("--memory", options.memory));
        host.put("NanoCpus", nanoProcessors());
        if (options.hasInit) {
            host.put("Init", true);
        }
        if (options.processes != null) {
            host.put("PidsLimit", options.processes);
        }
        size.ifPresent(it -> host.put("ConsoleSize", JsonArray.from(it.rows(), it.columns())));
        return host;
    }

    /// Of files first; a name alone is ours, if we have it.
    private List<String> variables() throws IOException {
        final List<String> lines = new ArrayList<>();
        for (final String file : options.environmentFiles) {
            Files.readAllLines(Path.of(file)).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(lines::add);
        }
        lines.addAll(options.environment);
        final Set<String> variables = new LinkedHashSet<>();
        for (final String line : lines) {
            if (line.contains("=")) {
                variables.add(line);
            } else if (environment.containsKey(line)) {
                variables.add(line + "=" + environment.get(line));
            }
        }
        return List.copyOf(variables);
    }

    /// With the directory that a relative source is in.
    private List<String> binds() {
        final List<String> binds = new ArrayList<>();
        for (final String volume : options.volumes) {
            final int colon = volume.indexOf(':');
            if (colon > 0) {
                final String source = volume.substring(0, colon);
                final boolean isRelative = source.startsWith(".");
                binds.add(
                        (isRelative ? Path.of(source).toAbsolutePath().normalize() : source) + volume.substring(colon));
            }
        }
        return binds;
    }

    private JsonArray mounts() {
        final JsonArray mounts = new JsonArray();
        for (final String text : options.mounts) {
            final JsonObject mount = new JsonObject();
            mount.put("Type", "volume");
            for (final String field : text.split(",", -1)) {
                final String[] pair = field.split("=", 2);
                final String value = pair.length == 2 ? pair[1] : "true";
                switch (pair[0]) {
                    case "type" -> mount.put("Type", value);
                    case "source", "src" -> mount.put("Source", value);
                    case "target", "dst", "destination" -> mount.put("Target", value);
                    case "readonly", "ro" -> mount.put("ReadOnly", Boolean.parseBoolean(value));
                    default -> throw wrong("--mount", text, "type, source, target and readonly are known");
                }
            }
            mounts.add(mount);
        }
        return mounts;
    }

    private JsonObject temporary() {
        final JsonObject temporary = new JsonObject();
        for (final String text : options.temporary) {
            final int colon = text.indexOf(':');
            temporary.put(colon < 0 ? text : text.substring(0, colon), colon < 0 ? "" : text.substring(colon + 1));
        }
        return temporary;
    }

    private JsonObject restartPolicy() {
        final String[] parts = options.restart.split(":", 2);
        final JsonObject policy = new JsonObject();
        policy.put("Name", parts[0].isEmpty() ? "no" : parts[0]);
        if (parts.length == 2 && !parts[1].matches("[0-9]{1,6}")) {
            throw wrong("--restart", options.restart, "on-failure:3 is one");
        }
        policy.put("MaximumRetryCount", parts.length == 2 ? Integer.parseInt(parts[1]) : 0);
        return policy;
    }

    private JsonArray limits() {
        final JsonArray limits = new JsonArray();
        for (final String text : options.limits) {
            if (!text.matches("[a-z]+=(-1|[0-9]{1,18})(:(-1|[0-9]{1,18}))?")) {
                throw wrong("--ulimit", text, "nofile=1024:2048 is one");
            }
            final String[] parts = text.split("[=:]");
            final JsonObject limit = new JsonObject();
            limit.put("Name", parts[0]);
            limit.put("Soft", Long.parseLong(parts[1]));
            limit.put("Hard", Long.parseLong(parts[parts.length - 1]));
            limits.add(limit);
        }
        return limits;
    }

    private static JsonObject pairs(final List<String> texts) {
        final JsonObject pairs = new JsonObject();
        for (final String text : texts) {
            final int equals = text.indexOf('=');
            pairs.put(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
        }
        return pairs;
    }

    /// `64m` in bytes; 0 for the empty text.
    static long bytes(final String option, final String text) {
        if (text.isEmpty()) {
            return 0;
        }
        final String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.matches("[0-9]{1,12}[bkmgt]?b?")) {
            throw wrong(option, text, "512m is one");
        }
        final String digits = lower.replaceAll("[a-z]+", "");
        final int power =
                Math.max(0, KIBI_POWERS.indexOf(lower.substring(digits.length()).replaceAll("(?<=.)b", "")));
        return Long.parseLong(digits) << (digits.length() == lower.length() ? 0 : power * KIBI_BITS);
    }

    private long nanoProcessors() {
        if (options.processors.isEmpty()) {
            return 0;
        }
        if (!options.processors.matches("[0-9]{0,4}(\\.[0-9]{1,9})?") || options.processors.equals(".")) {
            throw wrong("--cpus", options.processors, "1.5 is one");
        }
        return new BigDecimal(options.processors).multiply(NANOS).longValue();
    }

    private static CommandException wrong(final String option, final String value, final String advice) {
        return new CommandException(ExitCode.ENGINE, option + " \"" + value + "\" is wrong: " + advice);
    }
}
