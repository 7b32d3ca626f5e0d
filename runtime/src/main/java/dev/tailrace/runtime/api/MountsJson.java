package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.engine.HostConfig;
import dev.tailrace.runtime.volume.Volume;
import java.util.ArrayList;
import java.util.List;

/// What is mounted in a container.
final class MountsJson {
    private MountsJson() {}

    static List<Object> list(final Container container) {
        final List<Object> mounts = new ArrayList<>();
        for (final BoundMount mount : container.mounts()) {
            mounts.add(mount.volume().map(use -> volume(mount, use)).orElseGet(() -> bind(mount)));
        }
        for (final HostConfig.Mount mount : container.host().mounts()) {
            if (mount.type().equals("tmpfs")) {
                mounts.add(temporary(mount));
            }
        }
        return mounts;
    }

    private static Object volume(final BoundMount mount, final BoundMount.Use use) {
        return Json.object(
                "Type",
                "volume",
                "Name",
                use.name(),
                "Source",
                mount.source(),
                "Destination",
                mount.target(),
                "Driver",
                Volume.DRIVER,
                "Mode",
                mount.isReadOnly() ? "ro" : "",
                "RW",
                !mount.isReadOnly(),
                "Propagation",
                "");
    }

    private static Object bind(final BoundMount mount) {
        return Json.object(
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
                "rprivate");
    }

    private static Object temporary(final HostConfig.Mount mount) {
        return Json.object(
                "Type", "tmpfs",
                "Source", "",
                "Destination", mount.target(),
                "Mode", "",
                "RW", !mount.isReadOnly(),
                "Propagation", "");
    }
}
