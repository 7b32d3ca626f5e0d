package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.matrix.BackendIds;
import dev.tailrace.perf.result.BackendIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the backends that profiles name.
///
/// @param image directory of our product
/// @param baseline directory of the image to compare it with
/// @param peers programs to start for peers, by name, instead of those that are installed
/// @param scratch directory of the session, on a disk, for what keeps files
public record Backends(Optional<Path> image, Optional<Path> baseline, Map<String, Path> peers, Path scratch) {
    public static final String OURS = "tailrace";
    public static final String AGAIN = "tailrace (again)";
    public static final String BASELINE = "tailrace@baseline";

    /// The same image with `--enable-sandbox --enable-seccomp`: what both cost, against [#OURS].
    public static final String SANDBOXED = "tailrace, sandboxed";

    /// Containers of our engine, on a storage driver each.
    public static final String ENGINE = "engine, overlay";

    public static final String ENGINE_AGAIN = "engine, overlay (again)";

    private static final String ENGINE_VFS = "engine, vfs";
    private static final String CRUN = "crun";
    private static final String RUNC = "runc";
    private static final String FUSE = "fuse-overlayfs";
    private static final String SLIRP_BRIDGE = "slirp4netns bridge";
    private static final String OVERLAY = "overlay";
    private static final Path FUSE_DEVICE = Path.of("/dev/fuse");
    private static final String SLIRP4NETNS = "slirp4netns";
    private static final String PASTA = "pasta";
    private static final List<String> PEERS = List.of("slirp4netns", PASTA, CRUN, RUNC, FUSE);
    private static final String TUNED_PASTA = "pasta, tuned";

    /// Every id that there is.
    public static final List<String> IDS = BackendIds.ALL;

    public Backends {
        peers = Map.copyOf(peers);
        for (final String name : peers.keySet()) {
            if (!PEERS.contains(name)) {
                throw new IllegalArgumentException(
                        "--peer %s: a peer is one of %s".formatted(name, String.join(", ", PEERS)));
            }
        }
    }

    /// @return the backend, or nothing if its program is not installed
    /// @throws IllegalArgumentException in one line, if there is no such backend
    /// @throws LabException in one line, if it is ours and not built, or a program that was named is none
    public Optional<Backend> find(final String id) {
        return switch (id) {
            case OURS -> Optional.of(SlirpBackend.ours(id, BackendIdentity.Role.OURS, required(image, id)));
            case AGAIN -> Optional.of(SlirpBackend.ours(id, BackendIdentity.Role.BASELINE, required(image, id)));
            case BASELINE -> Optional.of(SlirpBackend.ours(id, BackendIdentity.Role.BASELINE, required(baseline, id)));
            case SANDBOXED -> Optional.of(SlirpBackend.sandboxed(id, required(image, id)));
            case SLIRP4NETNS -> program(SLIRP4NETNS).map(SlirpBackend::installed);
            case PASTA -> program(PASTA).map(PastaBackend::asItComes);
            case TUNED_PASTA -> program(PASTA).map(PastaBackend::tuned);
            case "copy proxy" -> Optional.of(ProxyBackend.copying());
            case "splice proxy" -> Optional.of(ProxyBackend.splicing());
            case LoopbackBackend.ID -> Optional.of(new LoopbackBackend());
            case "bridge" -> Optional.of(new BridgeBackend());
            case ENGINE -> Optional.of(engine(id, BackendIdentity.Role.OURS, OVERLAY));
            case ENGINE_AGAIN -> Optional.of(engine(id, BackendIdentity.Role.BASELINE, OVERLAY));
            case ENGINE_VFS -> Optional.of(engine(id, BackendIdentity.Role.PEER, "vfs"));
            case SLIRP_BRIDGE -> program(SLIRP4NETNS).map(SlirpBridgeBackend::new);
            case CRUN, RUNC -> program(id).map(found -> new OciBackend(id, found, Optional.empty(), scratch));
            case "crun, fuse-overlayfs" ->
                program(CRUN)
                        .flatMap(crun -> program(FUSE)
                                .filter(each -> Files.isReadable(FUSE_DEVICE) && Files.isWritable(FUSE_DEVICE))
                                .map(fuse -> new OciBackend(id, crun, Optional.of(fuse), scratch)));
            default ->
                throw new IllegalArgumentException(
                        "no backend '%s'; there are %s".formatted(id, String.join("; ", IDS)));
        };
    }

    /// What to install for a backend whose program is not there.
    public static String fix(final String id) {
        return "apt-get install "
                + switch (id) {
                    case SLIRP4NETNS, SLIRP_BRIDGE -> SLIRP4NETNS;
                    case CRUN, RUNC -> id;
                    case "crun, fuse-overlayfs" -> "%s %s, and chmod 0666 %s".formatted(CRUN, FUSE, FUSE_DEVICE);
                    default -> "passt";
                };
    }

    private Backend engine(final String id, final BackendIdentity.Role role, final String driver) {
        return new EngineBackend(id, role, driver, required(image, id), scratch);
    }

    private static Path required(final Optional<Path> image, final String id) {
        final Path directory =
                image.orElseThrow(() -> new LabException(id + " has no image. Fix: name it with --image"));
        final Path program = directory.resolve("bin").resolve("slirp4netns");
        if (!Files.isExecutable(program)) {
            throw new LabException(program + " is not there. Fix: ./tailrace build");
        }
        return directory;
    }

    /// The one that was named, or the one that a shell would find, if it is not ours.
    private Optional<Path> program(final String name) {
        final Path named = peers.get(name);
        if (named != null) {
            if (!Files.isExecutable(named)) {
                throw new LabException("--peer %s=%s: no program is there".formatted(name, named));
            }
            return Optional.of(named);
        }
        return Programs.find(name).filter(program -> !isOurs(program));
    }

    private boolean isOurs(final Path program) {
        return image.filter(directory -> Programs.resolve(program).startsWith(Programs.resolve(directory)))
                .isPresent();
    }
}
