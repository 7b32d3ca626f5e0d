package dev.tailrace.tapio.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;

/// The suite against the installed slirp4netns (1.2): what it expects is what that program does.
class ReferenceContractIT extends Slirp4netnsContract {
    private static final Path REFERENCE = Path.of("/usr/bin/slirp4netns");

    @BeforeAll
    static void needTheReference() {
        if (!Files.isExecutable(REFERENCE)) {
            System.err.println("NOT TESTED: " + REFERENCE + " is missing, so the contract is not checked against the"
                    + " reference (apt-get install slirp4netns)");
        }
        assumeTrue(Files.isExecutable(REFERENCE), REFERENCE + " is missing");
    }

    @Override
    List<String> slirp() {
        return List.of(REFERENCE.getFileName().toString());
    }

    @Override
    Set<Trait> traits() {
        return EnumSet.allOf(Trait.class);
    }
}
