package dev.tailrace.runtime.engine;

import java.util.HashMap;
import java.util.Map;

/// Events with the attributes that Docker gives them.
final class EventLog {
    private final EventBus bus;

    EventLog(final EventBus bus) {
        this.bus = bus;
    }

    void container(final Container container, final String action, final Map<String, String> more) {
        final Map<String, String> attributes = new HashMap<>(container.config().labels());
        attributes.put("name", container.name());
        attributes.put("image", container.config().image());
        attributes.putAll(more);
        bus.publish("container", action, container.id(), attributes);
    }

    void image(final String action, final String id, final String name) {
        bus.publish("image", action, id, Map.of("name", name));
    }
}
