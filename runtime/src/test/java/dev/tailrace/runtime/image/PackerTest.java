package dev.tailrace.runtime.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

final class PackerTest {
    private static final Path ROOT = Path.of("/");

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    /// Without JUnit's warnings of links that lead out: it is what they are for.
    @AfterEach
    void removeAll() {
        TreeRemoval.remove(directory);
    }

    private final List<String> notes = new ArrayList<>();

    @Test
    void shouldTakeAllLibrariesOfAProgramIn() throws Exception {
        final Path files = unpacked(ROOT, "x", "/bin/tar");
        final String ldd = run("ldd", "/bin/tar");
        int count = 0;
        for (final String line : ldd.split("\n")) {
            final String path =
                    line.replaceFirst(".*=> ", "").replaceFirst(" \\(.*", "").strip();
            if (path.startsWith("/")) {
                count++;
                assertTrue(Files.isRegularFile(inside(files, path)), path);
            }
        }
        assertTrue(count >= 2, ldd);
        assertEquals("root", Files.readString(files.resolve("etc/passwd")).split(":")[0]);
        assertTrue(Files.isDirectory(files.resolve("tmp")));
        assertEquals(List.of(), notes);
    }

    @Test
    void shouldLookLikeTheImagesOfTheseNames() throws Exception {
        final ImageConfig tar = config(ROOT, "x", "tar");
        assertEquals(1, tar.command().size());
        assertTrue(tar.command().getFirst().endsWith("/bin/tar"));
        assertTrue(tar.environment().getFirst().startsWith("PATH=/usr/local/sbin:"));
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/iperf3")), "iperf3 is not installed");
        final ImageConfig iperf = config(ROOT, "networkstatic/iperf3", "iperf3");
        assertEquals(List.of("iperf3"), iperf.entrypoint());
        assertEquals(List.of(), iperf.command());
        assertEquals(List.of("5201/tcp", "5201/udp"), iperf.exposedPorts());
    }

    @Test
    void shouldPackNginxWithItsConfiguration() throws Exception {
        final Path host = hostWithNginx();
        final Path files = unpacked(host, "nginx", "nginx");
        assertTrue(Files.isExecutable(files.resolve("usr/sbin/nginx")));
        assertEquals("lib", Files.readSymbolicLink(files.resolve("lib64")).toString());
        assertEquals("page", Files.readString(files.resolve("usr/share/nginx/html/index.html")));
        assertEquals(
                "../sites-available/default",
                Files.readSymbolicLink(files.resolve("etc/nginx/sites-enabled/default"))
                        .toString());
        assertEquals("site", Files.readString(files.resolve("etc/nginx/sites-available/default")));
        assertEquals(
                "/dev/stderr",
                Files.readSymbolicLink(files.resolve("var/log/nginx/error.log")).toString());
        assertTrue(Files.readString(files.resolve("etc/passwd")).contains("www-data:x:33:33:"));
        assertTrue(Files.readString(files.resolve("etc/group")).contains("www-data:x:33:\n"));
        assertTrue(Files.isDirectory(files.resolve("var/lib/nginx")));
        final ImageConfig config = config(host, "nginx", "nginx");
        assertEquals(List.of("nginx", "-g", "daemon off;"), config.command());
        assertEquals(List.of("80/tcp"), config.exposedPorts());
        assertEquals(Optional.of("SIGQUIT"), config.stopSignal());
    }

    @Test
    void shouldSayWhatIsMissing() throws Exception {
        assertEquals(
                "there is no program nothing-such on this machine: install it first",
                refused(ROOT, "x", "nothing-such"));
        assertEquals("there is no program /no/such", refused(ROOT, "x", "/no/such"));
        assertEquals("invalid reference format", refused(ROOT, "x y", "tar"));
        final Path host = hostWithNginx();
        Files.delete(host.resolve("etc/passwd"));
        assertEquals("there is no user www-data on this machine", refused(host, "nginx", "nginx"));
        Files.delete(host.resolve("etc/nginx/nginx.conf"));
        assertEquals("nginx: /etc/nginx/nginx.conf is not there", refused(host, "nginx", "nginx"));
        Files.copy(Path.of("/bin/tar"), host.resolve("usr/sbin/tar"));
        assertTrue(refused(host, "x", "tar").startsWith("/usr/sbin/tar needs the library lib"));
    }

    @Test
    void shouldBeACommand() throws Exception {
        final ImageStore images = StoreFixture.open(directory.resolve("store"));
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final PackCommand command = new PackCommand(images::load);
        assertEquals(0, command.run(List.of("my/tar:1", "tar"), new PrintStream(out), new PrintStream(err)));
        assertEquals("Loaded image: my/tar:1\n", out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        assertEquals(1, command.run(List.of("x"), new PrintStream(out), new PrintStream(err)));
        assertEquals(1, command.run(List.of("x", "nothing-such"), new PrintStream(out), new PrintStream(err)));
        assertTrue(err.toString(StandardCharsets.UTF_8)
                .endsWith("tailrace image pack: there is no program nothing-such on this machine: install it first\n"));
        final Path file = directory.resolve("file.tar");
        assertEquals(
                0, command.run(List.of("-o", file.toString(), "y", "tar"), new PrintStream(out), new PrintStream(err)));
        assertFalse(images.find("y").isPresent());
        assertTrue(Files.size(file) > 100_000);
    }

    /// A machine with an nginx, which is any program, and with a link for a directory.
    private Path hostWithNginx() throws IOException {
        final Path host = Files.createDirectories(directory.resolve("host"));
        for (final String place : List.of(
                "usr/sbin", "usr/share/nginx/html", "etc/nginx/sites-enabled", "etc/nginx/sites-available", "lib")) {
            Files.createDirectories(host.resolve(place));
        }
        Files.createSymbolicLink(host.resolve("lib64"), Path.of("lib"));
        Files.writeString(host.resolve("usr/sbin/nginx"), "#!/bin/sh\n");
        assertTrue(host.resolve("usr/sbin/nginx").toFile().setExecutable(true));
        Files.writeString(host.resolve("usr/share/nginx/html/index.html"), "page");
        Files.writeString(host.resolve("etc/nginx/nginx.conf"), "worker_processes auto;\nuser www-data;\n");
        Files.writeString(host.resolve("etc/nginx/sites-available/default"), "site");
        Files.createSymbolicLink(
                host.resolve("etc/nginx/sites-enabled/default"), Path.of("../sites-available/default"));
        Files.writeString(host.resolve("etc/passwd"), "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n");
        Files.writeString(host.resolve("etc/group"), "adm:x:4:\nwww-data:x:33:someone\n");
        return host;
    }

    private byte[] pack(final Path host, final String name, final String... programs) throws IOException {
        final ByteArrayOutputStream archive = new ByteArrayOutputStream();
        new Packer(host, InstantSource.fixed(StoreFixture.NOW)).pack(name, List.of(programs), archive, notes::add);
        return archive.toByteArray();
    }

    private ImageConfig config(final Path host, final String name, final String... programs) throws IOException {
        return load(host, name, programs).config();
    }

    private Image load(final Path host, final String name, final String... programs) throws IOException {
        final ImageStore images = StoreFixture.open(directory.resolve("store"));
        images.load(new ByteArrayInputStream(pack(host, name, programs)), _ -> {});
        return images.find(name).orElseThrow();
    }

    private Path unpacked(final Path host, final String name, final String... programs) throws IOException {
        final String layer = load(host, name, programs).layers().getFirst();
        return directory.resolve("store/vfs/layers/" + Digests.hex(layer) + "/files");
    }

    private String refused(final Path host, final String name, final String... programs) {
        return assertThrows(ImageException.class, () -> pack(host, name, programs))
                .getMessage();
    }

    /// A path of the image, whose absolute links are meant beneath its root.
    private static Path inside(final Path root, final String path) throws IOException {
        Path place = root;
        for (final Path part : Path.of(path)) {
            place = place.resolve(part);
            if (Files.isSymbolicLink(place)) {
                final Path target = Files.readSymbolicLink(place);
                place = target.isAbsolute()
                        ? inside(root, target.toString())
                        : place.resolveSibling(target).normalize();
            }
        }
        return place;
    }

    private static String run(final String... command) throws Exception {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), out);
        return out;
    }
}
