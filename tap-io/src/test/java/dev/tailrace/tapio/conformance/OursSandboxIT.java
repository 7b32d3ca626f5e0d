package dev.tailrace.tapio.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.OurProgram;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/// The sandbox of our program, as the image starts it: from a class path it keeps sight of its classes, and has no
/// launcher.
class OursSandboxIT extends SandboxContract {
    @BeforeAll
    static void needTheImage() {
        assumeTrue(OurProgram.isBuilt(), "tested with the image");
    }

    @Override
    List<String> slirp() {
        return OurProgram.command();
    }

    @Override
    boolean isReference() {
        return false;
    }
}
