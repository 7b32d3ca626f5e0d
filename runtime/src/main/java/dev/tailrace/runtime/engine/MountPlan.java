package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.MountSpec;
import dev.tailrace.runtime.engine.Container.BoundMount;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.HostConfig.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is mounted in a container, out of what the request says.
final class MountPlan {
    private static final Set<String> IGNORED_OPTIONS = Set.of(
            "rw",
            "z",
            "Z",
            "cached",
            "delegated",
            "consistent",
            "private",
            "rprivate",
            "shared",
            "rshared",
            "slave",
            "rslave",
            "");

    private MountPlan() {}

    /// The directories and files of the host, and the volumes, as the request names them.
    ///
    /// @throws EngineException the request asks for what cannot be
    static List<BoundMount> bound(final HostConfig host) {
        final List<BoundMount> bound = new ArrayList<>();
        for (final String bind : host.binds()) {
            bound.add(bind(bind));
        }
        for (final Mount mount : host.mounts()) {
            if (mount.type().equals("bind")) {
                bound.add(mountedBind(mount));
            } else if (mount.type().equals("volume")) {
                bound.add(volume(mount));
            } else if (!mount.type().equals("tmpfs")) {
                throw EngineException.invalid("mount type unknown: \"" + mount.type() + "\"");
            }
        }
        checkTargets(host, bound);
        return bound;
    }

    /// In the order they are mounted: what lies deeper later.
    static List<MountSpec> specs(final HostConfig host, final List<BoundMount> bound) {
        final List<MountSpec> specs = new ArrayList<>();
        host.temporaryFileSystems().forEach((target, options) -> specs.add(new MountSpec.Temporary(target, options)));
        for (final Mount mount : host.mounts()) {
            if (mount.type().equals("tmpfs")) {
                final String options = mount.options() + (mount.isReadOnly() ? ",ro" : "");
                specs.add(new MountSpec.Temporary(mount.target(), options));
            }
        }
        for (final BoundMount mount : bound) {
            specs.add(new MountSpec.Bind(Path.of(mount.source()), mount.target(), mount.isReadOnly()));
        }
        specs.sort((one, other) -> Long.compare(depth(one.target()), depth(other.target())));
        return specs;
    }

    private static BoundMount bind(final String text) {
        final String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw EngineException.invalid("invalid volume specification: '" + text + "'");
        }
        boolean isReadOnly = false;
        boolean isFilled = true;
        if (parts.length == 3) {
            for (final String option : parts[2].split(",", -1)) {
                if (option.equals("ro")) {
                    isReadOnly = true;
                } else if (option.equals("nocopy")) {
                    isFilled = false;
                } else if (!IGNORED_OPTIONS.contains(option)) {
                    throw EngineException.invalid(
                            "invalid volume specification: '" + text + "': invalid mode: " + option);
                }
            }
        }
        final String target = absolute(parts[1], text);
        if (!parts[0].startsWith("/")) {
            return BoundMount.ofVolume(parts[0], target, isReadOnly, isFilled);
        }
        final Path source = Path.of(parts[0]).normalize();
        makeSource(source);
        return new BoundMount(source.toString(), target, isReadOnly);
    }

    /// Docker makes what `-v` names and is not there, and does not with `--mount`.
    private static void makeSource(final Path source) {
        try {
            if (!Files.exists(source)) {
                Files.createDirectories(source);
            }
        } catch (final IOException e) {
            throw new EngineException(
                    Kind.FAILED, "error while creating mount source path '" + source + "': " + e.getMessage(), e);
        }
    }

    private static BoundMount volume(final Mount mount) {
        if (mount.source().startsWith("/")) {
            throw EngineException.invalid("invalid mount config for type \"volume\": invalid mount path: '"
                    + mount.source() + "' mount path must not be absolute");
        }
        final BoundMount bound = BoundMount.ofVolume(
                mount.source(), absolute(mount.target(), mount.target()), mount.isReadOnly(), mount.isFilled());
        return new BoundMount(
                "",
                bound.target(),
                bound.isReadOnly(),
                bound.volume()
                        .map(use -> new BoundMount.Use(use.name(), use.isAnonymous(), use.isFilled(), mount.labels())));
    }

    private static BoundMount mountedBind(final Mount mount) {
        if (!mount.source().startsWith("/")) {
            throw EngineException.invalid("invalid mount config for type \"bind\": invalid mount path: '"
                    + mount.source() + "' mount path must be absolute");
        }
        if (mount.isSourceMade()) {
            makeSource(Path.of(mount.source()));
        }
        if (!Files.exists(Path.of(mount.source()))) {
            throw EngineException.invalid(
                    "invalid mount config for type \"bind\": bind source path does not exist: " + mount.source());
        }
        return new BoundMount(mount.source(), absolute(mount.target(), mount.target()), mount.isReadOnly());
    }

    private static void checkTargets(final HostConfig host, final List<BoundMount> bound) {
        final List<String> targets = new ArrayList<>(host.temporaryFileSystems().keySet());
        bound.forEach(mount -> targets.add(mount.target()));
        host.mounts().stream()
                .filter(mount -> mount.type().equals("tmpfs"))
                .forEach(mount -> targets.add(mount.target()));
        final Set<String> seen = new HashSet<>();
        for (final String target : targets) {
            if (!seen.add(absolute(target, target))) {
                throw EngineException.invalid("Duplicate mount point: " + target);
            }
        }
    }

    static String absolute(final String target, final String specification) {
        if (!target.startsWith("/")) {
            throw EngineException.invalid("invalid volume specification: '" + specification + "': invalid mount path: '"
                    + target + "' mount path must be absolute");
        }
        final String normal = Path.of(target).normalize().toString();
        if (normal.equals("/")) {
            throw EngineException.invalid("invalid volume specification: '" + specification
                    + "': invalid specification: destination can't be '/'");
        }
        return normal;
    }

    private static long depth(final String target) {
        return target.chars().filter(c -> c == '/').count();
    }
}
