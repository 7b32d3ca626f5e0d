package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.ContainerStatus;
import dev.tailrace.runtime.engine.Engine;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A line of `docker ps`.
final class ContainerSummary {
    private ContainerSummary() {}

    static Map<String, @Nullable Object> json(
            final Engine engine,
            final Container container,
            final Instant now,
            final boolean hasSize,
            final ApiVersion version)
            throws IOException {
        final Map<String, @Nullable Object> json = Json.object(
                "Id", container.id(),
                "Names", List.of("/" + container.name()),
                "Image", container.config().image(),
                "ImageID", container.image().id(),
                "Command", command(container),
                "Created", container.created().getEpochSecond(),
                "Ports", PortsJson.list(container),
                "Labels", container.config().labels(),
                "State", container.status().state().text(),
                "Status", status(container.status(), now) + HealthJson.suffix(container),
                "HostConfig", Map.of("NetworkMode", container.host().networkMode()),
                "NetworkSettings", Map.of("Networks", NetworkSettings.networks(engine, container, version)),
                "Mounts", MountsJson.list(container));
        if (hasSize) {
            json.put("SizeRw", container.root().sizeBytes());
            json.put(
                    "SizeRootFs",
                    container.root().sizeBytes() + container.image().sizeBytes());
        }
        return json;
    }

    /// As people read it.
    static String status(final ContainerStatus status, final Instant now) {
        return switch (status.state()) {
            case CREATED -> "Created";
            case RUNNING -> "Up " + since(status.startedAt().orElse(now), now);
            case PAUSED -> "Up " + since(status.startedAt().orElse(now), now) + " (Paused)";
            case RESTARTING -> "Restarting (" + status.exitCode() + ") " + ago(status, now);
            case EXITED -> "Exited (" + status.exitCode() + ") " + ago(status, now);
            case REMOVING -> "Removal In Progress";
        };
    }

    private static String command(final Container container) {
        final List<String> words =
                new ArrayList<>(container.config().entrypoint().orElse(List.of()));
        words.addAll(container.config().command());
        return String.join(" ", words);
    }

    private static String ago(final ContainerStatus status, final Instant now) {
        return since(status.finishedAt().orElse(now), now) + " ago";
    }

    private static String since(final Instant from, final Instant to) {
        final Duration span = Duration.between(from, to);
        final long seconds = Math.max(0, span.toSeconds());
        final long hours = Math.round(span.toMinutes() / 60.0);
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds < 60) {
            return seconds == 1 ? "1 second" : seconds + " seconds";
        }
        if (span.toMinutes() < 60) {
            return span.toMinutes() == 1 ? "About a minute" : span.toMinutes() + " minutes";
        }
        if (hours < 48) {
            return hours <= 1 ? "About an hour" : hours + " hours";
        }
        final long days = hours / 24;
        if (days < 14) {
            return days + " days";
        }
        if (days < 60) {
            return days / 7 + " weeks";
        }
        return days < 730 ? days / 30 + " months" : days / 365 + " years";
    }
}
