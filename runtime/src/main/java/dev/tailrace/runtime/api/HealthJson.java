package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.ContainerState;
import dev.tailrace.runtime.engine.Health;
import dev.tailrace.runtime.log.EntryFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A container's health in documents.
final class HealthJson {
    private HealthJson() {}

    static Map<String, @Nullable Object> json(final Health.View health) {
        final List<Object> log = new ArrayList<>();
        health.results()
                .forEach(result -> log.add(Json.object(
                        "Start", EntryFormat.timestamp(result.start()),
                        "End", EntryFormat.timestamp(result.end()),
                        "ExitCode", result.exitCode(),
                        "Output", result.output())));
        return Json.object("Status", health.status().text(), "FailingStreak", health.failures(), "Log", log);
    }

    /// What it is filtered by.
    static String status(final Container container) {
        return container.health().map(health -> health.status().text()).orElse("none");
    }

    /// What `docker ps` says after how long it is up.
    static String suffix(final Container container) {
        if (container.status().state() != ContainerState.RUNNING
                || container.health().isEmpty()) {
            return "";
        }
        final String status = status(container);
        return status.equals("starting") ? " (health: starting)" : " (" + status + ")";
    }
}
