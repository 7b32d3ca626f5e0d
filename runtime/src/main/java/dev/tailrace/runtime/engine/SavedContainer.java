package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.image.Image;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A container as it is on the disk: what it was made of, and its status when that last changed.
///
/// @param format [#FORMAT] when this was written
/// @param driver of the storage that has its root
/// @param networks in the order in which it joined them; absent in a document of before there were several
/// @param isStoppedByUser somebody has asked for its end, so that `unless-stopped` does not start it again
/// @param processStart when the process of [ContainerStatus#pid] began, by the clock of the machine
record SavedContainer(
        int format,
        String driver,
        String id,
        String name,
        Instant created,
        ContainerConfig config,
        HostConfig host,
        Image image,
        List<BoundMount> mounts,
        Optional<List<Memberships.Joined>> networks,
        ContainerStatus status,
        boolean isStoppedByUser,
        Optional<Instant> processStart) {
    /// Another number means that an older program must not touch it; a new member alone needs none.
    static final int FORMAT = 1;

    SavedContainer {
        mounts = List.copyOf(mounts);
        networks = networks.map(List::copyOf);
    }
}
