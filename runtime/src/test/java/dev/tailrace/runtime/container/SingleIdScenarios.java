package dev.tailrace.runtime.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.Layer;
import dev.tailrace.runtime.storage.OwnerPolicy;
import dev.tailrace.runtime.storage.RootUnpacker;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.TarBuilder;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.tapio.linux.Fd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
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

    /// What becomes root's, because there is nobody else, must not make root of whoever runs it.
    @Test
    void shouldDropThePrivilegesOfFilesWhoseOwnerThereIsNot() throws Exception {
        final Storage storage = Storage.open(
                directory.resolve("store"), Storage.Choice.VFS, OwnerPolicy.IGNORE_UNMAPPED, ArchiveLimits.DEFAULT);
        final Layer layer = storage.layers()
                .add(
                        new TarBuilder()
                                        .entry(
                                                TarEntry.file("both", 0)
                                                        .withMode(06755)
                                                        .withOwner(33, 44),
                                                "")
                                        .entry(
                                                TarEntry.file("user", 0)
                                                        .withMode(06755)
                                                        .withOwner(33, 0),
                                                "")
                                        .entry(
                                                TarEntry.file("group", 0)
                                                        .withMode(06755)
                                                        .withOwner(0, 44),
                                                "")
                                        .entry(TarEntry.file("root", 0).withMode(06755), "")
                                        .entry(
                                                TarEntry.of("directory", TarEntry.Type.DIRECTORY, "")
                                                        .withMode(02775)
                                                        .withOwner(0, 50),
                                                "")
                                        .stream(),
                        Optional.empty());
        final ContainerRoot files = storage.roots().create("a".repeat(64), List.of(layer.diffId()));
        files.mount();
        try {
            final Map<String, Integer> modes =
                    Map.of("both", 0755, "user", 02755, "group", 04755, "root", 06755, "directory", 02775);
            for (final Map.Entry<String, Integer> expected : modes.entrySet()) {
                final int mode = (int) Files.getAttribute(files.path().resolve(expected.getKey()), "unix:mode");
                assertEquals(
                        Integer.toOctalString(expected.getValue()),
                        Integer.toOctalString(mode & 07777),
                        expected.getKey());
            }
            copyIn(files.path());
        } finally {
            files.unmount();
        }
    }

    /// The same by `docker cp`.
    private static void copyIn(final Path root) throws Exception {
        final int fd = Fd.open(root.toString(), Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC);
        try (RootUnpacker unpacker = new RootUnpacker(fd, OwnerPolicy.IGNORE_UNMAPPED, true)) {
            unpacker.unpack(
                    new TarBuilder()
                            .entry(TarEntry.file("copied", 0).withMode(06755).withOwner(33, 44), "").stream(),
                    "",
                    UnaryOperator.identity());
        } finally {
            Fd.close(fd);
        }
        assertEquals(0755, (int) Files.getAttribute(root.resolve("copied"), "unix:mode") & 07777);
    }

    @Test
    void shouldSayThatThereIsNoOtherUser() {
        final ContainerSpec spec = Containers.container(root, Containers.as("ada", Containers.process("id")));
        final StartException e = assertThrows(StartException.class, () -> RUNTIME.start(spec));
        assertEquals(
                "user 1000 is not among the ids of the engine: see `tailrace check` about /etc/subuid", e.getMessage());
    }
}
