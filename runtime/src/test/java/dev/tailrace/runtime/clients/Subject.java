package dev.tailrace.runtime.clients;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A `slirp4netns` that clients are told to start.
enum Subject {
    /// The installed one; left out with `-Dtailrace.reference=false`.
    REFERENCE(Path.of("/usr/bin/slirp4netns"), Path.of("/usr/bin/slirp4netns")),
    /// That of the image; left out with `-Dtailrace.ours=false`.
    OURS(
            Path.of("target/image/bin/slirp4netns").toAbsolutePath(),
            Path.of("target/image/java/bin/java").toAbsolutePath());

    private final Path program;
    private final Path executable;

    Subject(final Path program, final Path executable) {
        this.program = program;
        this.executable = executable;
    }

    /// The programs to test, the reference first.
    static Stream<Subject> tested() {
        return Stream.of(values()).filter(Subject::isWanted);
    }

    /// What the client is told to start.
    Path program() {
        return program;
    }

    /// What `/proc/PID/exe` of it says.
    Path executable() {
        return executable;
    }

    /// Whether it leaves the file of its API socket behind.
    boolean leavesApiSocket() {
        return this == REFERENCE;
    }

    private boolean isWanted() {
        return this == OURS
                ? Boolean.parseBoolean(System.getProperty("tailrace.ours", "true"))
                : Boolean.parseBoolean(System.getProperty("tailrace.reference", "true")) && Files.isExecutable(program);
    }
}
