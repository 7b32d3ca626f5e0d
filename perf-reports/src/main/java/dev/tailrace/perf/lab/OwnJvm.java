package dev.tailrace.perf.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Programs of our own class path, as processes of their own.
public final class OwnJvm {
    private OwnJvm() {}

    /// The command line that runs the `main` of a class on the JVM that we run on.
    public static List<String> command(final Class<?> main, final String... arguments) {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                // What jnr-posix needs to say nothing on standard error.
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
