package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import java.util.ArrayList;
import java.util.List;

/// What is mounted in a container.
final class MountsJson {
    private MountsJson() {}

    static List<Object> list(final Container container) {
        final List<Object> mounts = new ArrayList<>();
        container
                .mounts()
                .forEach(mount -> mounts.add(Json.object(
                        "Type",
                        "bind",
                        "Source",
                        mount.source(),
                        "Destination",
                        mount.target(),
                        "Mode",
                        mount.isReadOnly() ? "ro" : "",
                        "RW",
                        !mount.isReadOnly(),
                        "Propagation",
                        "rprivate")));
        return mounts;
    }
}
