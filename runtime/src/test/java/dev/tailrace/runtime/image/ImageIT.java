package dev.tailrace.runtime.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.slirp.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The image as a user gets it: the launchers as processes, from other places and with little around them.
final class ImageIT {
    private static final Path IMAGE = Path.of("target/image").toAbsolutePath();
    private static final int WRITE_BITS = 0222;

    @TempDir
    private Path directory;

    private record Result(int status, String out, String err) {}

    @Test
    void shouldAnswerHelpAndVersionWithoutJvm() throws IOException, InterruptedException {
        // A copy without its java: whatever starts one fails.
        final Path copy = copyImage();
        Files.move(copy.resolve("java"), directory.resolve("java-elsewhere"));
        final String launcher = copy.resolve("bin/slirp4netns").toString();
        for (final String option : List.of("--help", "-h")) {
            assertEquals(new Result(0, Usage.help(), ""), run("env", "-i", launcher, option), option);
        }
        for (final String option : List.of("--version", "-v")) {
            assertEquals(new Result(0, Usage.version(), ""), run("env", "-i", launcher, option), option);
        }
    }

    @Test
    void shouldAnswerHelpWithoutAnyProgramInPath() throws IOException, InterruptedException {
        final Path link = Files.createSymbolicLink(directory.resolve("link"), IMAGE.resolve("bin/slirp4netns"));
        assertEquals(new Result(0, Usage.help(), ""), run("env", "-i", "PATH=/nonexistent", link.toString(), "--help"));
    }

    @Test
    void shouldFailWhenHelpCannotBeWritten() throws IOException, InterruptedException {
        final Result result = run("sh", "-c", IMAGE.resolve("bin/slirp4netns") + " --help >/dev/full");
        assertEquals(1, result.status());
    }

    @Test
    void shouldRunThroughLinks() throws IOException, InterruptedException {
        final Path other = Files.createDirectories(directory.resolve("other place"));
        final Path absolute = Files.createSymbolicLink(other.resolve("absolute"), IMAGE.resolve("bin/tailrace"));
        final Path relative = Files.createSymbolicLink(directory.resolve("relative"), Path.of("other place/absolute"));
        assertVersion(run(absolute.toString(), "version"));
        assertVersion(run(relative.toString(), "version"));
        assertVersion(run("env", "PATH=" + directory + ":/usr/bin:/bin", "relative", "version"));
    }

    @Test
    void shouldRunReadOnlyFromOtherPlace() throws IOException, InterruptedException {
        final Path copy = copyImage();
        changeModes(copy, false);
        try {
            // With the cache in force: "on" makes a cache that does not fit an error.
            assertVersion(run(
                    "env",
                    "-i",
                    "TAILRACE_JAVA_OPTIONS=-XX:AOTMode=on",
                    copy.resolve("bin/tailrace").toString(),
                    "version"));
        } finally {
            changeModes(copy, true);
        }
    }

    @Test
    void shouldRunWithClearedEnvironmentAndClosedInput() throws IOException, InterruptedException {
        assertVersion(run("env", "-i", "/bin/sh", "-c", "exec " + IMAGE.resolve("bin/tailrace") + " version <&-"));
    }

    @Test
    void shouldNotTakeOptionsForOtherJvms() throws IOException, InterruptedException {
        assertVersion(run(
                "env",
                "JAVA_TOOL_OPTIONS=-Dx=y",
                "JDK_JAVA_OPTIONS=--no-such-option",
                "_JAVA_OPTIONS=-Dx=y",
                IMAGE.resolve("bin/tailrace").toString(),
                "version"));
    }

    @Test
    void shouldKeepPidOfLauncher() throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(
                        "sh", "-c", "echo $$; exec " + IMAGE.resolve("bin/tailrace") + " version")
                .redirectErrorStream(true)
                .start();
        final String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
        assertEquals(Long.toString(process.pid()), lines[0]);
        assertEquals("tailrace " + Usage.productVersion(), lines[1]);
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    }

    @Test
    void shouldRefuseUnknownCommand() throws IOException, InterruptedException {
        assertEquals(
                new Result(1, "", "tailrace: unknown command \"fly\" (see tailrace --help)\n"),
                run(IMAGE.resolve("bin/tailrace").toString(), "fly"));
    }

    @Test
    void shouldBringTheBenchmarks() throws IOException, InterruptedException {
        final String launcher = IMAGE.resolve("bin/tailrace").toString();
        final Result plan = run(launcher, "bench", "run", "smoke", "--dry-run");
        assertEquals(0, plan.status(), plan::err);
        assertTrue(plan.out().contains("tcp/c2h/up/mtu1500/x1"), plan::out);
        // The native library behind the process control loads on the image's own Java, and says nothing.
        final Result refused =
                run("env", "-i", "PATH=/nonexistent", "HOME=" + directory, launcher, "bench", "run", "smoke");
        assertEquals(2, refused.status());
        assertEquals(1, refused.err().lines().count(), refused::err);
    }

    @Test
    void shouldHaveNettysLibraryUnpacked() throws IOException {
        final String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
        assertTrue(Files.isRegularFile(IMAGE.resolve("java/lib/libnetty_transport_native_epoll_" + machine + ".so")));
    }

    @Test
    void shouldHaveNoPlaceholdersLeft() throws IOException {
        for (final String name : List.of("slirp4netns", "tailrace")) {
            final String text = Files.readString(IMAGE.resolve("bin").resolve(name));
            assertFalse(Pattern.compile("@[A-Z]+@").matcher(text).find(), text);
        }
    }

    private static void assertVersion(final Result result) {
        assertEquals(new Result(0, "tailrace " + Usage.productVersion() + "\n", ""), result);
    }

    private Result run(final String... command) throws IOException, InterruptedException {
        final Path out = directory.resolve("out");
        final Path err = directory.resolve("err");
        final Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("does not end: " + String.join(" ", command));
        }
        return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /// A copy with new time stamps, as `cp -r` makes it.
    private Path copyImage() throws IOException {
        final Path target = directory.resolve("copy of image");
        for (final Path file : walk(IMAGE)) {
            Files.copy(file, target.resolve(IMAGE.relativize(file).toString()));
        }
        return target;
    }

    private static void changeModes(final Path tree, final boolean writable) throws IOException {
        for (final Path file : walk(tree)) {
            if (!Files.isSymbolicLink(file)) {
                final int mode = (Integer) Files.getAttribute(file, "unix:mode") & 07777;
                Files.setAttribute(file, "unix:mode", writable ? mode | 0200 : mode & ~WRITE_BITS);
            }
        }
    }

    private static List<Path> walk(final Path tree) throws IOException {
        final List<Path> files = new ArrayList<>();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(final Path path, final BasicFileAttributes attributes) {
                files.add(path);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(final Path path, final BasicFileAttributes attributes) {
                files.add(path);
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }
}
