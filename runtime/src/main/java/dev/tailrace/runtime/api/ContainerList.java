package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.ContainerState;
import dev.tailrace.runtime.engine.DefaultNetwork;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.NetworkMode;
import dev.tailrace.runtime.engine.UserNetwork;
import dev.tailrace.runtime.image.Image;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Which containers `docker ps` shows.
final class ContainerList {
    private static final Set<String> FILTERS = Set.of(
            "id",
            "name",
            "label",
            "status",
            "exited",
            "ancestor",
            "before",
            "since",
            "network",
            "health",
            "volume",
            "publish",
            "expose",
            "is-task");

    private static final Set<String> STATES =
            Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");

    private final Engine engine;

    ContainerList(final Engine engine) {
        this.engine = engine;
    }

    /// Newest first.
    List<Container> select(final Request request) {
        final Filters filters = request.filters(FILTERS);
        filters.values("status").forEach(ContainerList::requireState);
        final int limit = request.number("limit").orElse(-1);
        // Docker shows those that do not run, too, when they are asked for by state, code or number.
        final boolean isAll = request.flag("all")
                || limit > 0
                || !filters.values("status").isEmpty()
                || !filters.values("exited").isEmpty();
        final Optional<Instant> before = filters.values("before").stream()
                .findFirst()
                .map(name -> engine.container(name).created());
        final Optional<Instant> since = filters.values("since").stream()
                .findFirst()
                .map(name -> engine.container(name).created());
        final List<Container> selected = new ArrayList<>();
        for (final Container container : engine.containers()) {
            if ((isAll || isShownByDefault(container))
                    && before.map(time -> container.created().isBefore(time)).orElse(true)
                    && since.map(time -> container.created().isAfter(time)).orElse(true)
                    && matches(container, filters)) {
                selected.add(container);
            }
        }
        Collections.reverse(selected);
        return limit > 0 && selected.size() > limit ? selected.subList(0, limit) : selected;
    }

    private static boolean isShownByDefault(final Container container) {
        final ContainerState state = container.status().state();
        return state.hasProcess() || state == ContainerState.RESTARTING;
    }

    private boolean matches(final Container container, final Filters filters) {
        return filters.any("id", container.id()::startsWith)
                && filters.any("name", wanted -> isNamed(container, wanted))
                && filters.matchLabels(container.config().labels())
                && filters.any("status", container.status().state().text()::equals)
                && filters.any("exited", wanted -> hasExited(container, wanted))
                && filters.any("ancestor", wanted -> isMadeOf(container, wanted))
                && filters.any("network", wanted -> isIn(container, wanted))
                && filters.any("health", HealthJson.status(container)::equals)
                && filters.any(
                        "volume",
                        wanted -> container.mounts().stream()
                                .anyMatch(mount -> mount.target().equals(wanted)
                                        || mount.volume()
                                                .filter(use -> use.name().equals(wanted))
                                                .isPresent()
                                        || mount.source().equals(wanted)))
                && filters.any(
                        "publish",
                        wanted -> container.host().ports().stream().anyMatch(port -> isPort(port.container(), wanted)))
                && filters.any(
                        "expose",
                        wanted -> container.config().exposedPorts().stream().anyMatch(port -> isPort(port, wanted)))
                && filters.any("is-task", wanted -> wanted.equals("false"));
    }

    private static boolean isNamed(final Container container, final String pattern) {
        try {
            final Pattern compiled = Pattern.compile(pattern);
            return compiled.matcher(container.name()).find()
                    || compiled.matcher("/" + container.name()).find();
        } catch (final PatternSyntaxException e) {
            throw new EngineException(Kind.INVALID, "invalid filter 'name=" + pattern + "'", e);
        }
    }

    private static boolean hasExited(final Container container, final String code) {
        final ContainerState state = container.status().state();
        return !state.hasProcess()
                && container.status().finishedAt().isPresent()
                && Integer.toString(container.status().exitCode()).equals(code);
    }

    private boolean isMadeOf(final Container container, final String wanted) {
        return container.config().image().equals(wanted)
                || engine.images().find(wanted).map(Image::id).stream()
                        .anyMatch(id -> container.image().id().equals(id));
    }

    private boolean isIn(final Container container, final String wanted) {
        final NetworkMode mode = NetworkMode.of(container.host().networkMode());
        final Optional<DefaultNetwork> predefined = Arrays.stream(DefaultNetwork.values())
                .filter(network -> network.text().equals(wanted) || network.id().startsWith(wanted))
                .findFirst();
        if (predefined.isPresent() && predefined.get() != DefaultNetwork.BRIDGE) {
            return predefined.get().name().equals(mode.name());
        }
        final String id = predefined
                .map(DefaultNetwork::id)
                .or(() -> engine.networks().find(wanted).map(UserNetwork::id))
                .orElse(wanted);
        return container.memberships().find(id).isPresent();
    }

    private static boolean isPort(final String port, final String wanted) {
        return port.equals(wanted.contains("/") ? wanted : wanted + "/tcp");
    }

    private static void requireState(final String state) {
        if (!STATES.contains(state)) {
            throw new EngineException(Kind.INVALID, "invalid filter 'status=" + state + "'");
        }
    }
}
