package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.ContainerUpdate;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.HostConfig.RestartPolicy;
import java.io.IOException;
import java.util.Optional;

/// `docker update`.
final class UpdateHandlers {
    private final Engine engine;

    UpdateHandlers(final Engine engine) {
        this.engine = engine;
    }

    /// A policy without a name is none: clients send one with every update of limits.
    void update(final Request request, final String name, final Exchange exchange) throws IOException {
        final Fields body = request.json();
        final Fields policy = body.object("RestartPolicy");
        final ContainerUpdate update = new ContainerUpdate(
                policy.string("Name").isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                new RestartPolicy(policy.string("Name"), (int) policy.number("MaximumRetryCount"))),
                HostConfigReader.resources(body));
        Json.send(exchange, 200, Json.object("Warnings", engine.update(engine.container(name), update)));
    }
}
