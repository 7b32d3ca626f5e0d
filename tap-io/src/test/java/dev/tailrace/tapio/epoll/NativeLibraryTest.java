package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The product image has Netty's native library unpacked and not in a jar.
class NativeLibraryTest {
    private static final String DONE = "one turn";

    @TempDir
    private Path directory;

    @Test
    void shouldFindNativeLibraryInLibraryPath() throws IOException, InterruptedException {
        final boolean x86 = "amd64".equals(System.getProperty("os.arch"));
        final String name = "libnetty_transport_native_epoll_" + (x86 ? "x86_64" : "aarch_64") + ".so";
        try (InputStream library = NativeLibraryTest.class.getResourceAsStream("/META-INF/native/" + name)) {
            assertNotNull(library);
            Files.copy(library, directory.resolve(name));
        }
        assertEquals(DONE, run(directory).strip());
        assertNotEquals(DONE, run(directory.resolve("empty")).strip(), "there is no other copy of the library");
    }

    private static String run(final Path libraryPath) throws IOException, InterruptedException {
        final String classPath = String.join(
                File.pathSeparator,
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.matches(".*netty-transport-native-epoll-[^/]*-linux-[^/]*\\.jar"))
                        .toList());
        final List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "--add-opens",
                "java.base/jdk.internal.misc=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.library.path=" + libraryPath,
                "-cp",
                classPath,
                NativeLibraryTest.class.getName()));
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    /// What the child process runs.
    public static void main(final String[] arguments) {
        try (EpollLoop loop = new EpollLoop()) {
            loop.run(0);
            System.out.println(DONE);
        }
    }
}
