package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Builders, which start the first `slirp4netns` of `PATH`.
final class BuildahIT extends ClientSuite {
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
        final String output = machine().run("sh", "-euc", "cd; exec " + builder + " build --no-cache -t test .");
        final String reached = reachedInternet(MTU) + HOST;
        assertEquals(
                reached,
                output.lines()
                        .filter(reached.lines().toList()::contains)
                        .map(line -> line + "\n")
                        .reduce("", String::concat),
                output);
        machine().awaitReturnTo(before);
    }
}
