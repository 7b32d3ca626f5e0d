package dev.tailrace.tapio.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;

/// Our `slirp4netns`: that of `-Dtailrace.slirp4netns`, or of the image, or, where the image is missing or older
/// than the classes under test, those classes.
public final class OurProgram {
    private static final String NAMED = System.getProperty("tailrace.slirp4netns", "");
    private static final Path IMAGE = Path.of("../runtime/target/image/bin/slirp4netns");
    private static final Path IMAGE_CLASSES = Path.of("../runtime/target/image/java/lib/modules");
    private static final boolean HAS_IMAGE =
            Files.isExecutable(IMAGE) && Files.isRegularFile(IMAGE_CLASSES) && isNewest(IMAGE_CLASSES);
    private static final String MAIN = "dev.tailrace.tapio.slirp.Slirp4netns";

    private OurProgram() {}

    /// Whether it starts as the product does, not from a class path.
    public static boolean isBuilt() {
        return !NAMED.isEmpty() || HAS_IMAGE;
    }

    /// The command line without options.
    public static List<String> command() {
        if (isBuilt()) {
            final Path program = NAMED.isEmpty() ? IMAGE : Path.of(NAMED);
            return List.of(program.toAbsolutePath().normalize().toString());
        }
        return java(MAIN);
    }

    /// The beginning of a command line that runs a class of the tests' class path as the product's JVM runs its own.
    public static List<String> java(final String main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main);
    }

    /// Whether a file is newer than all classes of the product that are on the class path.
    private static boolean isNewest(final Path file) {
        final List<Path> built = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> entry.toString().contains("/target/") && Files.exists(entry))
                .filter(entry ->
                        !entry.endsWith("test-classes") && !entry.toString().endsWith("-tests.jar"))
                .toList();
        try {
            final FileTime time = Files.getLastModifiedTime(file);
            for (final Path entry : built) {
                try (Stream<Path> files = Files.walk(entry)) {
                    for (final Path path : files.filter(Files::isRegularFile).toList()) {
                        if (Files.getLastModifiedTime(path).compareTo(time) > 0) {
                            return false;
                        }
                    }
                }
            }
            return true;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
