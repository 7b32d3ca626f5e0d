package dev.tailrace.runtime.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.ContainerRoot;
import dev.tailrace.runtime.storage.OwnerPolicy;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Runs what was packed with its image for a root: [ImageStoreIT] runs this.
final class PackerCases {
    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    /// Without JUnit's warnings of links that lead out: it is what they are for.
    @AfterEach
    void removeAll() {
        TreeRemoval.remove(directory);
    }

    @Test
    void shouldRunBusyboxAndItsApplets() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/busybox")), "busybox is not installed");
        assertEquals(
                "hello\n2\n",
                run("busybox", List.of("busybox"), "sh", "-c", "echo hello; seq 5 | grep -n 2 | cut -d: -f1"));
    }

    @Test
    void shouldRunDynamicPrograms() throws Exception {
        assertTrue(run("x", List.of("bash", "tar", "id"), "bash", "-c", "tar --version && id -un")
                .endsWith("\nroot\n"));
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/iperf3")), "iperf3 is not installed");
        assertTrue(run("networkstatic/iperf3", List.of("iperf3"), "iperf3", "--version")
                .startsWith("iperf 3"));
    }

    @Test
    void shouldRunNginx() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/sbin/nginx")), "nginx is not installed");
        assertTrue(run("nginx", List.of("nginx"), "nginx", "-V").contains("nginx version"));
    }

    private String run(final String name, final List<String> programs, final String... command) throws Exception {
        final Storage storage = Storage.open(directory, Storage.Choice.AUTO, OwnerPolicy.KEEP, ArchiveLimits.DEFAULT);
        final ImageStore images = ImageStore.open(storage, ArchiveLimits.DEFAULT, InstantSource.system());
        images.load(new ByteArrayInputStream(packed(name, programs)), _ -> {});
        final Image image = images.find(name).orElseThrow();
        final String id = image.id().substring(7);
        final ContainerRoot root = storage.roots().create(id, image.layers());
        root.mount();
        try {
            final List<String> chroot =
                    new ArrayList<>(List.of("chroot", root.path().toString()));
            chroot.addAll(List.of(command));
            final ProcessBuilder builder = new ProcessBuilder(chroot).redirectErrorStream(true);
            builder.environment().clear();
            builder.environment()
                    .put("PATH", image.config().environment().getFirst().substring(5));
            final Process process = builder.start();
            final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), out);
            return out;
        } finally {
            root.unmount();
            root.remove();
        }
    }

    private static byte[] packed(final String name, final List<String> programs) throws IOException {
        final ByteArrayOutputStream archive = new ByteArrayOutputStream();
        new Packer(Path.of("/"), InstantSource.system()).pack(name, programs, archive, _ -> {});
        return archive.toByteArray();
    }
}
