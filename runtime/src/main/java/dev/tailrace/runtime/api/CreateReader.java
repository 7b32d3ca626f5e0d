package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.ContainerConfig;
import dev.tailrace.runtime.engine.CreateRequest;
import dev.tailrace.runtime.image.HealthCheck;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The body of `POST /containers/create`.
final class CreateReader {
    private CreateReader() {}

    static CreateRequest read(final String name, final String platform, final Fields body) {
        return new CreateRequest(name, platform, config(body), HostConfigReader.read(body), MembershipReader.all(body));
    }

    static ContainerConfig config(final Fields body) {
        return new ContainerConfig(
                body.string("Hostname"),
                body.string("Domainname"),
                body.string("User"),
                body.bool("AttachStdin"),
                body.bool("AttachStdout"),
                body.bool("AttachStderr"),
                body.object("ExposedPorts").names(),
                body.bool("Tty"),
                body.bool("OpenStdin"),
                body.bool("StdinOnce"),
                body.strings("Env"),
                body.strings("Cmd"),
                body.has("Entrypoint") ? Optional.of(body.strings("Entrypoint")) : Optional.empty(),
                body.string("Image"),
                body.object("Volumes").names(),
                body.string("WorkingDir"),
                Map.copyOf(body.object("Labels").stringMap()),
                Optional.of(body.string("StopSignal")).filter(signal -> !signal.isEmpty()),
                body.optionalNumber("StopTimeout")
                        .map(seconds -> OptionalInt.of(Math.clamp(seconds, -1, Integer.MAX_VALUE)))
                        .orElse(OptionalInt.empty()),
                body.has("Healthcheck") ? Optional.of(healthCheck(body.object("Healthcheck"))) : Optional.empty());
    }

    private static HealthCheck healthCheck(final Fields check) {
        return new HealthCheck(
                check.strings("Test"),
                check.number("Interval"),
                check.number("Timeout"),
                check.number("StartPeriod"),
                check.number("StartInterval"),
                Math.clamp(check.number("Retries"), -1, Integer.MAX_VALUE));
    }
}
