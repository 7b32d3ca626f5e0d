package dev.tailrace.tapio.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;

/// The suite against our program: that of the system property `tailrace.slirp4netns`, or of the image, or, while there
/// is
/// no image, the classes under test.
class OursContractIT extends Slirp4netnsContract {
    private static final String MAIN = "dev.tailrace.tapio.slirp.Slirp4netns";
    private static final String PROPERTY = "tailrace.slirp4netns";
    private static final Path IMAGE = Path.of("../runtime/target/image/bin/slirp4netns");

    @BeforeAll
    static void needTheProgram() {
        final String named = System.getProperty(PROPERTY, "");
        assumeTrue(named.isEmpty() || Files.isExecutable(Path.of(named)), named + " (-D" + PROPERTY + ") is missing");
    }

    @Override
    List<String> slirp() {
        final String named = System.getProperty(PROPERTY, "");
        if (!named.isEmpty()) {
            return List.of(Path.of(named).toAbsolutePath().toString());
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

    @Override
    Set<Trait> traits() {
        return Set.of();
    }
}
