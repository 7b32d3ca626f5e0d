package dev.tailrace.perf.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares with a file among the test resources. After an intended change, run with `-Dgolden.update=true`
/// and look at the files again.
public final class Golden {
    private static final Path RESOURCES = Path.of("src/test/resources/dev/tailrace/perf");

    private Golden() {}

    /// @param name from the package on: `svg/bars.svg`
    public static void check(final String name, final String actual) throws IOException {
        final Path file = RESOURCES.resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertEquals(Files.readString(file), actual, () -> name + " (-Dgolden.update=true writes it anew)");
    }
}
