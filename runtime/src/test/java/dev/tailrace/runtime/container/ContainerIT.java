package dev.tailrace.runtime.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The scenarios of containers, in a JVM in a user namespace of an unprivileged user: with all subordinate ids, and
/// with a single id.
class ContainerIT {
    private static final List<Class<?>> SCENARIOS =
            List.of(ContainerScenarios.class, IsolationScenarios.class, ExecScenarios.class, InitScenarios.class);
    private static final long PATIENCE_S = 300;

    @TestFactory
    Stream<DynamicTest> shouldRunInAUserNamespaceWithSubordinateIds() throws Exception {
        assumeTrue(
                Files.readString(Path.of("/etc/subuid")).lines().anyMatch(line -> line.startsWith(user() + ":")),
                user() + " has no subordinate ids");
        return run(List.of("--map-root-user", "--map-auto"), SCENARIOS);
    }

    @TestFactory
    Stream<DynamicTest> shouldRunWithASingleId() throws Exception {
        return run(List.of("--map-root-user"), List.of(SingleIdScenarios.class));
    }

    private static Stream<DynamicTest> run(final List<String> maps, final List<Class<?>> classes)
            throws IOException, InterruptedException {
        assumeTrue(!user().equals("root"), "containers are tested as an unprivileged user");
        assumeTrue(Files.exists(Path.of("/bin/busybox")), "no /bin/busybox");
        // SIGINT is ignored by what a shell starts in the background; a container must not inherit that.
        final List<String> command =
                new ArrayList<>(List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh", "unshare", "--user"));
        command.addAll(maps);
        command.addAll(List.of("--mount", "--", java(), "-ea", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED", "--add-opens", "java.base/jdk.internal.misc=ALL-UNNAMED"));
        command.add(InNamespace.class.getName());
        classes.forEach(type -> command.add(type.getName()));
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertTrue(process.waitFor(PATIENCE_S, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), () -> String.join("\n", lines));
        assertTrue(lines.size() > 2, () -> String.join("\n", lines));
        return lines.stream()
                .map(line -> DynamicTest.dynamicTest(line, () -> assertTrue(line.startsWith("PASS "), line)));
    }

    private static String user() {
        return System.getProperty("user.name");
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
