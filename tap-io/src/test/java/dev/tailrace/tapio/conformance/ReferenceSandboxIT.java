package dev.tailrace.tapio.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/// The sandbox of the installed slirp4netns (1.2): what the suite expects is what that program does.
class ReferenceSandboxIT extends SandboxContract {
    private static final Path REFERENCE = Path.of("/usr/bin/slirp4netns");

    @BeforeAll
    static void needTheReference() {
        assumeTrue(Files.isExecutable(REFERENCE), REFERENCE + " is missing");
    }

    @Override
    List<String> slirp() {
        return List.of(REFERENCE.getFileName().toString());
    }

    @Override
    boolean isReference() {
        return true;
    }
}
