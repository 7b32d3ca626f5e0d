package dev.tailrace.perf.source;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.store.IoReason;
import dev.tailrace.perf.store.ResultStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Builds the product of a commit in a directory of its own, by that commit's own `./tailrace build`. What is built
/// is kept and found again.
public final class RevisionBuilder {
    private static final Duration ALLOWED = Duration.ofMinutes(15);
    private static final int SHORT_HASH = 12;
    private static final int QUOTED_LINES = 15;

    private final Checkout checkout;
    private final Path builds;
    private final PrintStream progress;

    /// @param builds directory for the builds, each in a directory named by its commit
    public RevisionBuilder(final Checkout checkout, final Path builds, final PrintStream progress) {
        this.checkout = checkout;
        this.builds = builds.toAbsolutePath();
        this.progress = progress;
    }

    /// @param patch applied to the commit before it is built
    /// @return the image's directory
    /// @throws LabException in one line that names the log, if it cannot be built
    public Path build(final String commit, final Optional<Path> patch) {
        final String name = commit.substring(0, Math.min(SHORT_HASH, commit.length()))
                + patch.map(RevisionBuilder::suffix).orElse("");
        final Path sources = builds.resolve(name);
        final Path image = sources.resolve("runtime").resolve("target").resolve("image");
        final Path done = builds.resolve(name + ".done");
        if (Files.exists(done) && Files.isExecutable(image.resolve("bin").resolve("slirp4netns"))) {
            progress.printf("tailrace bench: %s is built already%n", name);
            return image;
        }
        progress.printf("tailrace bench: building %s (about a minute)%n", name);
        final Path log = builds.resolve(name + ".log");
        prepare(sources, commit);
        patch.ifPresent(file -> apply(file, sources));
        compile(sources, log);
        if (!Files.isExecutable(image.resolve("bin").resolve("slirp4netns"))) {
            throw new LabException("building %s left no image; what it said is in %s".formatted(name, log));
        }
        ResultStore.write(done, commit + "\n");
        return image;
    }

    private void prepare(final Path sources, final String commit) {
        Programs.run("rm", "-rf", "--", sources.toString());
        try {
            Files.createDirectories(sources);
        } catch (IOException failure) {
            throw new LabException("making %s: %s".formatted(sources, IoReason.of(failure)));
        }
        checkout.extract(commit, sources);
    }

    private static void apply(final Path patch, final Path sources) {
        // The sources may lie inside a checkout: without the ceiling git would look for the files at its root.
        final Programs.Ending ending = Programs.end(
                List.of(
                        "sh",
                        "-c",
                        "cd \"$1\" && GIT_CEILING_DIRECTORIES=${PWD%/*} git apply --whitespace=nowarn \"$2\"",
                        "sh",
                        sources.toString(),
                        patch.toAbsolutePath().toString()),
                ALLOWED);
        if (ending.status() != 0) {
            throw new LabException("applying %s: %s".formatted(patch, Programs.quote(ending.text())));
        }
    }

    private static void compile(final Path sources, final Path log) {
        final Programs.Ending ending = Programs.end(
                List.of(
                        "sh",
                        "-c",
                        "log=$1; shift; exec \"$@\" >\"$log\" 2>&1",
                        "sh",
                        log.toString(),
                        sources.resolve("tailrace").toString(),
                        "build",
                        "-Dquick"),
                ALLOWED);
        if (ending.status() != 0) {
            throw new LabException("building %s: exit status %d: %s; all it said is in %s"
                    .formatted(sources, ending.status(), Programs.quote(tail(log)), log));
        }
    }

    private static String tail(final Path log) {
        try {
            final List<String> errors = Files.readAllLines(log).stream()
                    .filter(line -> line.contains("ERROR") || line.startsWith("tailrace:"))
                    .toList();
            return String.join("\n", errors.subList(0, Math.min(QUOTED_LINES, errors.size())));
        } catch (IOException failure) {
            throw new LabException("reading %s: %s".formatted(log, IoReason.of(failure)));
        }
    }

    /// By the patch's content, so that a changed patch is built anew.
    private static String suffix(final Path patch) {
        try {
            final byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(patch));
            return "-" + HexFormat.of().formatHex(digest).substring(0, SHORT_HASH);
        } catch (IOException failure) {
            throw new LabException("reading %s: %s".formatted(patch, IoReason.of(failure)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
