package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.Event;
import dev.tailrace.runtime.engine.EventBus;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `docker events`.
final class EventHandlers {
    private static final Set<String> FILTERS = Set.of(
            "type", "event", "container", "image", "label", "network", "volume", "scope", "daemon", "node", "plugin");

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Engine engine;

    EventHandlers(final Engine engine) {
        this.engine = engine;
    }

    void events(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final Filters filters = request.filters(FILTERS);
        final Optional<Instant> since = TimeText.parse(request.text("since"));
        final Optional<Instant> until = TimeText.parse(request.text("until"));
        try (EventBus.Subscription subscription = engine.events().subscribe(since)) {
            exchange.onCancel(subscription::close);
            final OutputStream out = exchange.stream(200, Headers.JSON);
            while (!subscription.isClosed()) {
                final Optional<Event> event = subscription.next(LOOK);
                if (until.isPresent() && isBehind(event, until.get())) {
                    return;
                }
                if (event.isPresent() && isWanted(filters, event.get())) {
                    out.write(Json.line(json(event.get())));
                }
            }
        }
    }

    private boolean isBehind(final Optional<Event> event, final Instant until) {
        return event.map(Event::time).orElse(engine.clock().instant()).isAfter(until);
    }

    private static boolean isWanted(final Filters filters, final Event event) {
        return filters.any("type", event.type()::equals)
                && filters.any(
                        "event",
                        wanted ->
                                event.action().equals(wanted) || event.action().startsWith(wanted + ":"))
                && filters.any("container", wanted -> isNamed(event, "container", wanted))
                && filters.any(
                        "image",
                        wanted -> isNamed(event, "image", wanted)
                                || wanted.equals(event.attributes().get("image")))
                && filters.any("network", wanted -> isNamed(event, "network", wanted))
                && filters.any("volume", wanted -> false)
                && filters.matchLabels(event.attributes());
    }

    private static boolean isNamed(final Event event, final String type, final String wanted) {
        return event.type().equals(type)
                && (event.id().startsWith(wanted)
                        || wanted.equals(event.attributes().get("name")));
    }

    private static Map<String, @Nullable Object> json(final Event event) {
        final Map<String, @Nullable Object> json = Json.object();
        if (event.type().equals("container")) {
            json.put("status", event.action());
            json.put("id", event.id());
            json.put("from", event.attributes().get("image"));
        }
        json.put("Type", event.type());
        json.put("Action", event.action());
        json.put("Actor", Json.object("ID", event.id(), "Attributes", event.attributes()));
        json.put("scope", "local");
        json.put("time", event.time().getEpochSecond());
        json.put(
                "timeNano",
                event.time().getEpochSecond() * 1_000_000_000L + event.time().getNano());
        return json;
    }
}
