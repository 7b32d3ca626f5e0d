package dev.tailrace.perf.bundle;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// The root directory of the containers that are timed: a static busybox, the clock program, and a file to write to.
/// A second one has many files, to be loaded as an image.
public final class TestRoot {
    /// In the root.
    public static final String CLOCK = "/bin/clock";

    public static final String LARGE = "/large";
    public static final int LARGE_BYTES = 16 << 20;

    /// For a shell in a container: the first byte that is written to that file.
    public static final String WRITE = "echo x >>" + LARGE;

    /// For a shell in a container: 10,000 files, by what the shell does itself, without a process for each.
    public static final String MAKE_FILES =
            "mkdir /many && i=0 && while [ $i -lt 10000 ]; do echo $i >/many/$i; i=$((i+1)); done";

    /// Files of the image that is loaded, beside a large one.
    public static final int FILES = 2000;

    private static final int FILE_BYTES = 4096;
    private static final int FILES_PER_DIRECTORY = 100;
    private static final Duration ALLOWED = Duration.ofSeconds(60);
    private static final List<String> APPLETS = List.of("sh", "true", "sleep", "cat", "echo");

    private final Path directory;

    private TestRoot(final Path directory) {
        this.directory = directory;
    }

    /// The one in a directory of this session, made by whoever comes first.
    public static TestRoot in(final Path scratch) {
        final TestRoot root = new TestRoot(scratch.resolve("root"));
        if (Files.exists(root.archive()) && Files.exists(root.loaded())) {
            return root;
        }
        final Path busybox = Programs.find("busybox")
                .orElseThrow(() -> new LabException("busybox is missing. Fix: apt-get install busybox-static"));
        try {
            root.makeRoot(Programs.resolve(busybox));
            tar(root.directory, root.archive());
            final Path many = scratch.resolve("many");
            makeFiles(many);
            tar(many, root.loaded());
            Programs.run(List.of("rm", "-rf", "--", many.toString()), ALLOWED);
        } catch (IOException failure) {
            throw new LabException("making a root directory in " + scratch, failure);
        }
        return root;
    }

    public Path directory() {
        return directory;
    }

    /// Of all its files, tar.
    public Path archive() {
        return directory.resolveSibling("root.tar");
    }

    /// Files of the image that is loaded, tar.
    public Path loaded() {
        return directory.resolveSibling("many.tar");
    }

    private void makeRoot(final Path busybox) throws IOException {
        for (final String name : List.of("bin", "dev", "etc", "proc", "sys", "tmp", "run")) {
            Files.createDirectories(directory.resolve(name));
        }
        Files.copy(busybox, directory.resolve("bin/busybox"));
        for (final String applet : APPLETS) {
            Files.createSymbolicLink(directory.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        final Path clock = Files.write(directory.resolve(CLOCK.substring(1)), ClockProgram.executable());
        Files.setPosixFilePermissions(clock, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.write(directory.resolve(LARGE.substring(1)), noise(LARGE_BYTES, 1));
    }

    private static void makeFiles(final Path many) throws IOException {
        for (int i = 0; i < FILES; i++) {
            final Path parent = Files.createDirectories(many.resolve("d" + i / FILES_PER_DIRECTORY));
            Files.write(parent.resolve("f" + i), noise(FILE_BYTES, i));
        }
        Files.write(many.resolve("large"), noise(LARGE_BYTES, FILES));
    }

    /// What no file system can store in less room.
    private static byte[] noise(final int length, final long seed) {
        final byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    private static void tar(final Path from, final Path to) {
        Programs.run(List.of("tar", "-C", from.toString(), "-cf", to.toString(), "."), ALLOWED);
    }
}
