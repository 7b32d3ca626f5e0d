package dev.tailrace.tapio.kernel;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A program under test.
enum Subject {
    /// The installed `slirp4netns`; left out with `-Dtailrace.reference=false`.
    REFERENCE(EnumSet.allOf(Quirk.class)),
    /// The program of `-Dtailrace.slirp4netns`, or of the image, or, where that is older than the classes under test or
    /// missing, those classes; left out with `-Dtailrace.ours=false`.
    OURS(EnumSet.noneOf(Quirk.class));

    private static final Path INSTALLED = Path.of("/usr/bin/slirp4netns");
    private static final Path IMAGE = Path.of("../runtime/target/image/bin/slirp4netns");
    private static final Path IMAGE_CLASSES = Path.of("../runtime/target/image/java/lib/modules");
    private static final boolean HAS_IMAGE =
            Files.isExecutable(IMAGE) && Files.isRegularFile(IMAGE_CLASSES) && isNewest(IMAGE_CLASSES);
    private static final String MAIN = "dev.tailrace.tapio.slirp.Slirp4netns";
    private static final String PROPERTY = "tailrace.slirp4netns";

    private final Set<Quirk> quirks;

    Subject(final Set<Quirk> quirks) {
        this.quirks = quirks;
    }

    /// The programs to test, the reference first.
    static Stream<Subject> tested() {
        return Stream.of(values()).filter(Subject::isWanted);
    }

    /// Whether it can be started.
    boolean isThere() {
        return this == OURS || Files.isExecutable(INSTALLED);
    }

    boolean has(final Quirk quirk) {
        return quirks.contains(quirk);
    }

    /// Whether it starts as the product does, not from a class path.
    boolean isBuilt() {
        return this == REFERENCE || !named().isEmpty() || HAS_IMAGE;
    }

    /// The command line without options.
    List<String> command() {
        if (this == REFERENCE) {
            return List.of(INSTALLED.toString());
        }
        if (!named().isEmpty()) {
            return List.of(Path.of(named()).toAbsolutePath().toString());
        }
        if (HAS_IMAGE) {
            return List.of(IMAGE.toAbsolutePath().normalize().toString());
        }
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
                MAIN);
    }

    /// Whether a file is newer than all classes of the class path that were built here.
    private static boolean isNewest(final Path file) {
        final List<Path> built = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> entry.toString().contains("/target/") && !entry.endsWith("test-classes"))
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

    private static String named() {
        return System.getProperty(PROPERTY, "");
    }

    private boolean isWanted() {
        return switch (this) {
            case REFERENCE ->
                Boolean.parseBoolean(System.getProperty("tailrace.reference", "true")) && Files.isExecutable(INSTALLED);
            case OURS -> Boolean.parseBoolean(System.getProperty("tailrace.ours", "true"));
        };
    }
}
