package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.Resources;
import dev.tailrace.runtime.engine.HostConfig.PublishedPort;
import dev.tailrace.runtime.engine.HostConfig.RestartPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Requests for containers, each with one thing that is not as usual.
final class Requests {
    private Requests() {}

    static CreateRequest of(final String... command) {
        return named("", command);
    }

    static CreateRequest named(final String name, final String... command) {
        return new CreateRequest(name, "", config(false, List.of(command)), host());
    }

    /// With an input that clients may write, which ends with theirs.
    static CreateRequest withInput(final String... command) {
        return new CreateRequest("", "", config(true, List.of(command)), host());
    }

    static CreateRequest with(final HostConfig host, final String... command) {
        return new CreateRequest("", "", config(false, List.of(command)), host);
    }

    static ContainerConfig config(final boolean hasInput, final List<String> command) {
        return new ContainerConfig(
                "",
                "",
                "",
                hasInput,
                true,
                true,
                List.of(),
                false,
                hasInput,
                hasInput,
                List.of(),
                command,
                Optional.empty(),
                "busybox",
                List.of(),
                "",
                Map.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty());
    }

    static HostConfig host() {
        return host("default", List.of(), new RestartPolicy("no", 0), false, List.of());
    }

    static HostConfig volumesFrom(final String reference) {
        return host("default", List.of(), new RestartPolicy("no", 0), false, List.of(), List.of(reference));
    }

    static HostConfig host(
            final String network,
            final List<PublishedPort> ports,
            final RestartPolicy policy,
            final boolean isRemovedAtExit,
            final List<String> binds) {
        return host(network, ports, policy, isRemovedAtExit, binds, List.of());
    }

    private static HostConfig host(
            final String network,
            final List<PublishedPort> ports,
            final RestartPolicy policy,
            final boolean isRemovedAtExit,
            final List<String> binds,
            final List<String> volumesFrom) {
        return new HostConfig(
                binds,
                List.of(),
                volumesFrom,
                "",
                Map.of(),
                network,
                ports,
                false,
                policy,
                isRemovedAtExit,
                "",
                List.of(),
                List.of(),
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of("db:10.1.2.3"),
                Optional.empty(),
                0,
                Map.of(),
                List.of(),
                Resources.NONE,
                Optional.empty(),
                List.of(),
                List.of());
    }
}
