package dev.tailrace.runtime.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Containers of an engine that has one user and one group only. Run by `ContainerIT` in such a user namespace.
class SingleIdScenarios {
    private static final NamespacedRuntime RUNTIME = new NamespacedRuntime();

    @TempDir
    Path directory;

    Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = BusyboxRoot.make(directory.resolve("root"));
    }

    @Test
    void shouldRunAsRoot() {
        final ContainerSpec spec = Containers.container(root, Containers.process("id", "-u"));
        assertEquals(new Containers.Result(0, "0\n", ""), Containers.finish(RUNTIME.start(spec), ""));
    }

    @Test
    void shouldHaveATerminal() {
        final ContainerSpec spec =
                Containers.container(root, Containers.streams(true, true, Containers.process("tty")));
        final Containers.Result result = Containers.finish(RUNTIME.start(spec), "");
        assertTrue(result.output().startsWith("/dev/"), result.output());
    }

    @Test
    void shouldSayThatThereIsNoOtherUser() {
        final ContainerSpec spec = Containers.container(root, Containers.as("ada", Containers.process("id")));
        final StartException e = assertThrows(StartException.class, () -> RUNTIME.start(spec));
        assertEquals(
                "user 1000 is not among the ids of the engine: see `tailrace check` about /etc/subuid", e.getMessage());
    }
}
