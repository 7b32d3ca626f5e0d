package dev.tailrace.perf.cli;

import dev.tailrace.perf.lab.LabException;
import java.nio.file.Path;
import java.util.Optional;

/// What the launcher tells by system properties, `./tailrace` in a checkout or `bin/tailrace` of an image; and what
/// the outer program tells the inner one.
final class Settings {
    static final String IMAGE = "tailrace.image";
    static final String COMMIT = "tailrace.commit";
    static final String DIRTY = "tailrace.dirty";
    static final String BASELINE_IMAGE = "tailrace.baseline.image";
    static final String BASELINE_COMMIT = "tailrace.baseline.commit";
    static final String SCRATCH = "tailrace.bench.scratch";
    static final String INSIDE = "tailrace.bench.inside";

    private Settings() {}

    /// The product image to measure.
    static Optional<Path> image() {
        return path(IMAGE);
    }

    /// The checkout that the launcher belongs to; nothing for an image elsewhere.
    static Optional<Path> checkout() {
        return path("tailrace.checkout");
    }

    /// The git repository to take revisions from, if not the checkout's own.
    static Optional<Path> repository() {
        return path("tailrace.repository").or(Settings::checkout);
    }

    /// Where other revisions are built.
    static Path builds() {
        return checkout()
                .map(checkout ->
                        checkout.resolve("perf-reports").resolve("target").resolve("builds"))
                .orElseGet(() -> ResultsOptions.ofUser().resolveSibling("builds"));
    }

    /// Hash of the commit of what is measured; empty if it is not known.
    static String commit() {
        return System.getProperty(COMMIT, "");
    }

    /// Whether it has changes on top of its commit.
    static boolean isDirty() {
        return Boolean.getBoolean(DIRTY);
    }

    /// Of the gate, inside.
    static Path baselineImage() {
        return path(BASELINE_IMAGE).orElseThrow(() -> new LabException("the outer program named no baseline"));
    }

    /// Directory of the session on a disk, made by the outer program. Outside, where nothing is kept, it is any.
    static Path scratch() {
        return path(SCRATCH).orElse(Path.of(System.getProperty("java.io.tmpdir")));
    }

    static String baselineCommit() {
        return System.getProperty(BASELINE_COMMIT, "");
    }

    /// Whether we are the inner program.
    static boolean isInside() {
        return Boolean.getBoolean(INSIDE);
    }

    /// Width of the terminal that progress may be written over; nothing if there is none.
    static Optional<Integer> terminalColumns() {
        return Optional.ofNullable(Integer.getInteger("tailrace.columns"));
    }

    private static Optional<Path> path(final String property) {
        return Optional.ofNullable(System.getProperty(property))
                .filter(text -> !text.isEmpty())
                .map(Path::of);
    }
}
