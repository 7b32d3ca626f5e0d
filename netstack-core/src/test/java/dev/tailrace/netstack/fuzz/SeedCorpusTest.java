package dev.tailrace.netstack.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The seeds in the repository are those that are made now; `-Dcorpus.update=true` writes them.
final class SeedCorpusTest {
    private static final Path RESOURCES = Path.of("src/test/resources/dev/tailrace/netstack/fuzz");

    @Test
    void shouldKeepTheSeedsThatAreMadeNow() throws IOException {
        for (final Map.Entry<String, byte[]> seed : SeedCorpus.all().entrySet()) {
            final Path file = RESOURCES.resolve(seed.getKey());
            if (Boolean.getBoolean("corpus.update")) {
                Files.createDirectories(file.getParent());
                Files.write(file, seed.getValue());
            }
            assertArrayEquals(seed.getValue(), Files.readAllBytes(file), () -> file + ": update it");
        }
    }
}
