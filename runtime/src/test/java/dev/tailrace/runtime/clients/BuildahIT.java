package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.tapio.lab.Program;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Builders, which start the first `slirp4netns` of `PATH`.
final class BuildahIT extends ClientSuite {
    private static final int MOST_ATTEMPTS = 5;

    @BeforeEach
    void makeFiles() {
        if (makeMachine()) {
            final String instructions =
                    "FROM scratch\nCOPY root /\nCOPY script /\nRUN [\"/bin/sh\", \"-eu\", \"/script\"]\n";
            machine().makeRootDirectory();
            machine()
                    .run(
                            "sh",
                            "-euc",
                            "cd; printf %s \"$1\" >Containerfile; printf %s \"$2\" >script",
                            "sh",
                            instructions,
                            "{ " + reachInternet() + askHostLoopback() + "} >/output; cat /output\n");
            // Makes what stays for good: podman's process that keeps the user namespace.
            machine().run("podman", "info");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"buildah", "podman"})
    void shouldRunCommandsWithTheNetwork(final String builder) {
        final Traces before = Traces.of(machine());
        final Program build = build(builder);
        assertEquals(0, build.awaitExit(), build::toString);
        final String reached = reachedInternet(MTU) + HOST;
        final Set<String> lines = reached.lines().collect(Collectors.toSet());
        final String said = build.stdout()
                .lines()
                .filter(lines::contains)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        assertEquals(reached, said, build::toString);
        machine().awaitNothingBut(before);
    }

    /// This version gives any `slirp4netns` one second to be ready, which may be too short on a busy machine.
    private static Program build(final String builder) {
        Program build;
        int attempts = 0;
        do {
            build = machine().start("sh", "-euc", "cd; exec " + builder + " build --no-cache -t test .");
        } while (build.awaitExit() != 0 && build.stderr().contains("slirp4netns failed") && ++attempts < MOST_ATTEMPTS);
        return build;
    }
}
