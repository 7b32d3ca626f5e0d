package dev.tailrace.runtime.inside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Runs test classes as the engine runs: see the package.
public final class UserNamespace {
    private UserNamespace() {}

    /// @throws AssertionError with the report, if a test failed or none ran
    public static void run(final Class<?>... cases) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                "unshare", "--user", "--map-root-user", "--map-auto", "--mount", "--kill-child", "--fork", "--"));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-javaagent") && !argument.startsWith("-agentlib"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Cases.class.getName());
        for (final Class<?> one : cases) {
            command.add(one.getName());
        }
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), report);
    }
}
