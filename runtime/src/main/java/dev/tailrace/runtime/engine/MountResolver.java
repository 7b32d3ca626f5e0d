package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.volume.Volume;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds what a container mounts of its host and of volumes: `--volumes-from` first, over it what the request names,
/// and a volume of its own for each place that the image or the request declares and nothing is mounted on.
final class MountResolver {
    private static final Set<String> MODES = Set.of("ro", "rw", "z", "Z");

    private final ContainerTable table;

    MountResolver(final ContainerTable table) {
        this.table = table;
    }

    /// @param declared places of `VOLUME` in the image and of `-v /PLACE`
    /// @param claim makes the volumes
    List<BoundMount> resolve(final HostConfig host, final List<String> declared, final Volumes.Claim claim) {
        final Map<String, BoundMount> byTarget = new LinkedHashMap<>();
        for (final String reference : host.volumesFrom()) {
            of(reference).forEach(mount -> byTarget.put(mount.target(), mount));
        }
        final List<BoundMount> asked = MountPlan.bound(host);
        for (final BoundMount mount : asked) {
            byTarget.put(mount.target(), mount);
        }
        final Set<String> temporary = temporary(host);
        for (final String place : declared) {
            final String target = MountPlan.absolute(place, place);
            if (!temporary.contains(target) && !byTarget.containsKey(target)) {
                byTarget.put(target, BoundMount.ofVolume("", target, false, true));
            }
        }
        final List<BoundMount> mounts = new ArrayList<>();
        for (final BoundMount mount : byTarget.values()) {
            mounts.add(
                    mount.volume().isEmpty()
                            ? mount
                            : made(mount, mount.volume().get(), host.volumeDriver(), claim));
        }
        return mounts;
    }

    private static BoundMount made(
            final BoundMount mount, final BoundMount.Use use, final String driver, final Volumes.Claim claim) {
        final Volume volume = claim.take(use.name(), driver, use.labels());
        return new BoundMount(
                volume.files().toString(),
                mount.target(),
                mount.isReadOnly(),
                Optional.of(new BoundMount.Use(
                        volume.name(), use.isAnonymous() || use.name().isEmpty(), use.isFilled(), Map.of())));
    }

    /// What another container mounts.
    ///
    /// @param reference `CONTAINER[:MODE]`
    private List<BoundMount> of(final String reference) {
        final int colon = reference.indexOf(':');
        final String mode = colon < 0 ? "rw" : reference.substring(colon + 1);
        if (reference.isEmpty() || !MODES.contains(mode)) {
            throw EngineException.invalid(
                    reference.isEmpty()
                            ? "volumes-from specification cannot be an empty string"
                            : "invalid mode: " + mode);
        }
        final Container other = table.get(colon < 0 ? reference : reference.substring(0, colon));
        final List<BoundMount> mounts = new ArrayList<>();
        for (final BoundMount mount : other.mounts()) {
            mounts.add(new BoundMount(
                    mount.source(),
                    mount.target(),
                    mount.isReadOnly() || mode.equals("ro"),
                    mount.volume().map(use -> new BoundMount.Use(use.name(), use.isAnonymous(), false, Map.of()))));
        }
        return mounts;
    }

    private static Set<String> temporary(final HostConfig host) {
        final Set<String> targets = new HashSet<>();
        host.temporaryFileSystems().keySet().forEach(target -> targets.add(MountPlan.absolute(target, target)));
        host.mounts().stream()
                .filter(mount -> mount.type().equals("tmpfs"))
                .forEach(mount -> targets.add(MountPlan.absolute(mount.target(), mount.target())));
        return targets;
    }
}
