package dev.tailrace.runtime.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A root directory with a static busybox and what belongs to a minimal system.
final class BusyboxRoot {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private BusyboxRoot() {}

    static Path make(final Path directory) throws IOException {
        for (final String name : List.of("bin", "etc", "tmp", "root", "home/ada")) {
            Files.createDirectories(directory.resolve(name));
        }
        Files.copy(BUSYBOX, directory.resolve("bin/busybox"));
        for (final String name : List.of(
                "sh",
                "cat",
                "ls",
                "echo",
                "id",
                "env",
                "pwd",
                "hostname",
                "stty",
                "sleep",
                "mount",
                "touch",
                "ps",
                "kill",
                "grep",
                "test",
                "mkdir",
                "true",
                "tty",
                "readlink",
                "wc",
                "head",
                "umount",
                "ln",
                "stat",
                "setsid")) {
            Files.createSymbolicLink(directory.resolve("bin/" + name), Path.of("busybox"));
        }
        Files.writeString(
                directory.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\nada:x:1000:1001:Ada:/home/ada:/bin/sh\n");
        Files.writeString(directory.resolve("etc/group"), "root:x:0:\nada:x:1001:\naudio:x:29:ada\nvideo:x:44:\n");
        Files.writeString(directory.resolve("etc/noexec"), "not a program\n");
        return directory;
    }
}
