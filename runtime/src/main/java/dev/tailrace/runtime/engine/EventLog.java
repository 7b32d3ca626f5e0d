package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.volume.Volume;
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

    void network(final String id, final String name, final String action, final Map<String, String> more) {
        final Map<String, String> attributes = new HashMap<>(more);
        attributes.put("name", name);
        attributes.put(
                "type", DefaultNetwork.find(id).map(DefaultNetwork::driver).orElse("bridge"));
        bus.publish("network", action, id, attributes);
    }

    void volume(final Volume volume, final String action, final Map<String, String> more) {
        final Map<String, String> attributes = new HashMap<>(more);
        attributes.put("driver", Volume.DRIVER);
        bus.publish("volume", action, volume.name(), attributes);
    }

    /// @param type of what was removed because nobody needs it
    void pruned(final String type, final long bytes) {
        bus.publish(type, "prune", "", Map.of("reclaimed", Long.toString(bytes)));
    }

    void image(final String action, final String id, final String name) {
        bus.publish("image", action, id, Map.of("name", name));
    }
}
