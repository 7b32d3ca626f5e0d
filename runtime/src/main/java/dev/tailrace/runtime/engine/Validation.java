package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.image.HealthCheck;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Refuses requests that cannot be, with the sentences that Docker has for them.
final class Validation {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");
    private static final long LEAST_TEST_NS = 1_000_000;
    private static final Set<String> TESTS = Set.of("", "NONE", "CMD", "CMD-SHELL");
    private static final Set<String> POLICIES = Set.of("", "no", "always", "unless-stopped", "on-failure");

    private Validation() {}

    /// @param name without a slash before it
    static void name(final String name) {
        if (!NAME.matcher(name).matches()) {
            throw EngineException.invalid(
                    "Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
    }

    static void request(final CreateRequest request) {
        final ContainerConfig config = request.config();
        final HostConfig host = request.host();
        if (!config.hostname().isEmpty() && !HOSTNAME.matcher(config.hostname()).matches()) {
            throw EngineException.invalid("invalid hostname format: " + config.hostname());
        }
        if (!config.workingDirectory().isEmpty() && !config.workingDirectory().startsWith("/")) {
            throw EngineException.invalid("the working directory '" + config.workingDirectory()
                    + "' is invalid, it needs to be an absolute path");
        }
        config.stopSignal().ifPresent(Signal::parse);
        for (final String entry : config.environment()) {
            if (entry.isEmpty() || entry.startsWith("=")) {
                throw EngineException.invalid("invalid environment variable: " + entry);
            }
        }
        config.healthCheck().ifPresent(Validation::healthCheck);
        restartPolicy(host);
        if (!Set.of("", "json-file", "none").contains(host.logDriver())) {
            throw EngineException.invalid("logger: no log driver named '" + host.logDriver() + "' is registered");
        }
        for (final String extra : host.extraHosts()) {
            if (extra.indexOf(':') < 1 && extra.indexOf('=') < 1) {
                throw EngineException.invalid("bad format for add-host: \"" + extra + "\"");
            }
        }
        securityOptions(host);
        Capabilities.of(host);
        if (!request.platform().isEmpty() && !request.platform().startsWith("linux")) {
            throw EngineException.invalid("unsupported platform: " + request.platform());
        }
    }

    private static void healthCheck(final HealthCheck check) {
        final Map<String, Long> lengths = Map.of(
                "Interval", check.intervalNs(),
                "Timeout", check.timeoutNs(),
                "StartPeriod", check.startPeriodNs(),
                "StartInterval", check.startIntervalNs());
        lengths.forEach((name, ns) -> {
            if (ns != 0 && ns < LEAST_TEST_NS) {
                throw EngineException.invalid(name + " in Healthcheck cannot be less than 1ms");
            }
        });
        if (check.retries() < 0) {
            throw EngineException.invalid("Retries in Healthcheck cannot be negative");
        }
        final String kind = check.test().isEmpty() ? "" : check.test().getFirst();
        if (!TESTS.contains(kind) || check.test().size() < 2 && kind.startsWith("CMD")) {
            throw EngineException.invalid(
                    "invalid Healthcheck: Test has to be NONE, or CMD or CMD-SHELL with a command");
        }
    }

    static void restartPolicy(final HostConfig host) {
        final HostConfig.RestartPolicy policy = host.restartPolicy();
        if (!POLICIES.contains(policy.name())) {
            throw EngineException.invalid("invalid restart policy: unknown policy '" + policy.name()
                    + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }
        if (policy.maximumRetries() != 0 && !policy.name().equals("on-failure")) {
            throw EngineException.invalid(
                    "invalid restart policy: maximum retry count can only be used with" + " 'on-failure'");
        }
        final boolean isRestarted = !policy.name().isEmpty() && !policy.name().equals("no");
        if (isRestarted && host.isRemovedAtExit()) {
            throw EngineException.invalid("can't create 'AutoRemove' container with restart policy");
        }
    }

    private static void securityOptions(final HostConfig host) {
        for (final String option : host.securityOptions()) {
            final String canonical = option.replace('=', ':');
            if (!SecurityOptions.isKnown(canonical)) {
                throw new EngineException(
                        Kind.INVALID, "invalid --security-opt: \"" + option + "\" is not supported by this engine");
            }
        }
    }
}
