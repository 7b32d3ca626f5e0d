package dev.tailrace.tapio.kernel;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A program under test.
enum Subject {
    /// The installed `slirp4netns`; left out with `-Dtailrace.reference=false`.
    REFERENCE(EnumSet.allOf(Quirk.class)),
    /// The program of `-Dtailrace.slirp4netns`, or of the image, or, while there is none, the classes under test; left
    /// out with `-Dtailrace.ours=false`.
    OURS(EnumSet.noneOf(Quirk.class));

    private static final Path INSTALLED = Path.of("/usr/bin/slirp4netns");
    private static final Path IMAGE = Path.of("../runtime/target/image/bin/slirp4netns");
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

    boolean has(final Quirk quirk) {
        return quirks.contains(quirk);
    }

    /// Whether it starts as the product does, not from a class path.
    boolean isBuilt() {
        return this == REFERENCE || !named().isEmpty() || Files.isExecutable(IMAGE);
    }

    /// The command line without options.
    List<String> command() {
        if (this == REFERENCE) {
            return List.of(INSTALLED.toString());
        }
        if (!named().isEmpty()) {
            return List.of(Path.of(named()).toAbsolutePath().toString());
        }
        if (Files.isExecutable(IMAGE)) {
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
