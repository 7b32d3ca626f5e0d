package dev.tailrace.tapio.kernel;

import dev.tailrace.tapio.lab.OurProgram;
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
    /// [OurProgram]; left out with `-Dtailrace.ours=false`.
    OURS(EnumSet.noneOf(Quirk.class));

    private static final Path INSTALLED = Path.of("/usr/bin/slirp4netns");

    private final Set<Quirk> quirks;

    Subject(final Set<Quirk> quirks) {
        this.quirks = quirks;
    }

    /// The programs to test, the reference first.
    static Stream<Subject> tested() {
        return Stream.of(values()).filter(subject -> subject.isThere() && subject.isWanted());
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
        return this == REFERENCE || OurProgram.isBuilt();
    }

    /// The command line without options.
    List<String> command() {
        return this == REFERENCE ? List.of(INSTALLED.toString()) : OurProgram.command();
    }

    private boolean isWanted() {
        return Boolean.parseBoolean(System.getProperty(this == OURS ? "tailrace.ours" : "tailrace.reference", "true"));
    }
}
