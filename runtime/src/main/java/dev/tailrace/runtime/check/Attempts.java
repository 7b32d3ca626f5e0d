package dev.tailrace.runtime.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What no setting tells: tries what the engine will do, with the same programs, and leaves nothing.
final class Attempts {
    private static final long PATIENCE_S = 20;

    private static final List<String> AS_ROOT =
            List.of("unshare", "--user", "--map-root-user", "--mount", "--propagation", "slave");

    /// A layer below, one that takes what is written, and what overlay needs for itself, which root only can remove.
    private static final String OVERLAY = "trap 'umount merged 2>/dev/null; rm -rf lower upper work merged' EXIT; "
            + "mkdir lower upper work merged && echo below >lower/file && "
            + "mount -t overlay overlay -o userxattr,lowerdir=lower,upperdir=upper,workdir=work merged && "
            + "echo above >merged/file && test \"$(cat upper/file)\" = above";

    private static final Path ROOT = Path.of("/");

    private Attempts() {}

    /// Everything that does not work.
    ///
    /// @param data where the engine's data will be, or the nearest directory above it that there is
    static List<Finding> check(final Path data) throws IOException {
        final List<Finding> findings = new ArrayList<>();
        final Optional<String> refused = failure(ROOT, List.of(), List.of("true"));
        if (refused.isPresent()) {
            findings.add(Finding.problem(
                    "no user namespace with mounts of its own can be made (" + refused.get() + ")",
                    isInContainer()
                            ? "start the container that this is in with --privileged, or with"
                                    + " --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
                            : ""));
            return findings;
        }
        failure(ROOT, List.of("--pid", "--fork", "--mount-proc"), List.of("true"))
                .ifPresent(reason -> findings.add(Finding.problem(
                        "containers cannot have /proc, since parts of it are covered here (" + reason + ")",
                        "start the container that this is in with --security-opt systempaths=unconfined")));
        tryOverlay(data).ifPresent(findings::add);
        return findings;
    }

    /// Whether this is a container, by the files that Docker and podman leave there.
    static boolean isInContainer() {
        return Files.exists(Path.of("/.dockerenv")) || Files.exists(Path.of("/run/.containerenv"));
    }

    private static Optional<Finding> tryOverlay(final Path data) throws IOException {
        if (!Files.isWritable(data)) {
            return Optional.empty();
        }
        final Path directory = Files.createTempDirectory(data, ".tailrace-check-");
        try {
            return failure(directory, List.of(), List.of("sh", "-c", OVERLAY))
                    .map(reason -> Finding.note(
                            "overlay cannot be mounted on " + data + " (" + reason
                                    + "): images are copied for each container (vfs)",
                            "Linux 5.11 or newer, and a data root on ext4, xfs, btrfs or tmpfs"));
        } finally {
            Files.delete(directory);
        }
    }

    /// Why a command as root of new namespaces fails; empty if it does not.
    private static Optional<String> failure(
            final Path directory, final List<String> moreNamespaces, final List<String> program) throws IOException {
        final List<String> command = new ArrayList<>(AS_ROOT);
        command.addAll(moreNamespaces);
        command.add("--");
        command.addAll(program);
        final Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of("no answer");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
        return process.exitValue() == 0
                ? Optional.empty()
                : Optional.of(said.strip().replaceAll("\\R+", "; "));
    }
}
