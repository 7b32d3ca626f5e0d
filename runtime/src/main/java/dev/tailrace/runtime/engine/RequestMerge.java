package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.image.HealthCheck;
import dev.tailrace.runtime.image.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a request does not say, the image does.
final class RequestMerge {
    private RequestMerge() {}

    /// @param hostname for a request without one
    /// @throws EngineException there is no command
    static ContainerConfig merge(
            final ContainerConfig request, final ImageConfig image, final HostConfig host, final String hostname) {
        final List<String> requested = request.entrypoint().orElse(List.of());
        final boolean hasEntrypoint = !requested.isEmpty();
        final List<String> entrypoint = request.entrypoint().isPresent()
                ? (requested.equals(List.of("")) ? List.of() : requested)
                : image.entrypoint();
        final List<String> command =
                request.command().isEmpty() && !hasEntrypoint ? image.command() : request.command();
        if (entrypoint.isEmpty() && command.isEmpty()) {
            throw EngineException.invalid("no command specified");
        }
        return new ContainerConfig(
                request.hostname().isEmpty() ? hostname : request.hostname(),
                request.domainname(),
                first(request.user(), image.user()),
                request.attachesInput(),
                request.attachesOutput(),
                request.attachesError(),
                exposed(request, image, host),
                request.hasTerminal(),
                request.isInputOpen(),
                request.isInputOnce(),
                environment(image.environment(), request.environment()),
                command,
                Optional.of(entrypoint),
                request.image(),
                union(image.volumes(), request.volumes()),
                first(request.workingDirectory(), image.workingDirectory()),
                labels(image.labels(), request.labels()),
                request.stopSignal().or(image::stopSignal),
                request.stopTimeoutS(),
                health(request.healthCheck(), image.healthCheck()));
    }

    private static Optional<HealthCheck> health(
            final Optional<HealthCheck> request, final Optional<HealthCheck> image) {
        return request.map(wanted -> image.map(wanted::over).orElse(wanted)).or(() -> image);
    }

    /// Variables of `over` replace those of `base`; one without `=` takes it away.
    static List<String> environment(final List<String> base, final List<String> over) {
        final Map<String, String> byName = new LinkedHashMap<>();
        for (final List<String> entries : List.of(base, over)) {
            for (final String entry : entries) {
                final int equals = entry.indexOf('=');
                if (equals < 0) {
                    byName.remove(entry);
                } else {
                    byName.put(entry.substring(0, equals), entry);
                }
            }
        }
        return List.copyOf(byName.values());
    }

    private static List<String> exposed(final ContainerConfig request, final ImageConfig image, final HostConfig host) {
        final Set<String> ports = new LinkedHashSet<>();
        for (final List<String> some : List.of(image.exposedPorts(), request.exposedPorts())) {
            some.forEach(port -> ports.add(PortPlan.canonical(port)));
        }
        host.ports().forEach(port -> ports.add(PortPlan.canonical(port.container())));
        return new ArrayList<>(ports);
    }

    private static List<String> union(final List<String> first, final List<String> second) {
        final Set<String> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return new ArrayList<>(all);
    }

    private static Map<String, String> labels(final Map<String, String> image, final Map<String, String> request) {
        final Map<String, String> all = new LinkedHashMap<>(image);
        all.putAll(request);
        return all;
    }

    private static String first(final String wanted, final String otherwise) {
        return wanted.isEmpty() ? otherwise : wanted;
    }
}
