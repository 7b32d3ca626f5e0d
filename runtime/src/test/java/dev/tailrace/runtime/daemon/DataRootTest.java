package dev.tailrace.runtime.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataRootTest {
    @TempDir
    private Path directory;

    @Test
    void shouldMakePrivateDirectoryAndSayWhoHasIt() throws IOException {
        final Path data = directory.resolve("a/b");
        try (DataRoot root = DataRoot.take(data)) {
            assertEquals(data, root.directory());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data)));
            assertEquals(
                    ProcessHandle.current().pid(),
                    DataRoot.holder(data).orElseThrow().pid());
        }
        assertTrue(DataRoot.holder(data).isEmpty());
        DataRoot.take(data).close();
    }

    /// The lock is the kernel's, so another process has to have it.
    @Test
    void shouldRefuseWhatAnotherProcessHas() throws IOException, InterruptedException {
        final Process other = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertEquals('r', other.getInputStream().read());
            final DaemonException refusal = assertThrows(DaemonException.class, () -> DataRoot.take(directory));
            assertEquals(DaemonException.RUNNING, refusal.exitCode());
            assertTrue(refusal.getMessage().contains("as PID " + other.pid() + ":"), refusal::getMessage);
        } finally {
            other.getOutputStream().close();
            other.waitFor();
        }
        DataRoot.take(directory).close();
    }

    @Test
    void shouldNameDirectoryThatCannotBeMade() throws IOException {
        final Path file = Files.writeString(directory.resolve("file"), "", StandardCharsets.UTF_8);
        final DaemonException refusal = assertThrows(DaemonException.class, () -> DataRoot.take(file.resolve("data")));
        assertEquals(DaemonException.LACKING, refusal.exitCode());
        assertTrue(refusal.getMessage().startsWith("cannot use the data root " + file), refusal::getMessage);
    }

    /// A daemon for this test: has the data root until its input ends.
    static final class Holder {
        private Holder() {}

        public static void main(final String[] args) throws IOException {
            try (DataRoot _ = DataRoot.take(Path.of(args[0]))) {
                System.out.print("r");
                System.out.flush();
                while (System.in.read() >= 0) {
                    continue;
                }
            }
        }
    }
}
