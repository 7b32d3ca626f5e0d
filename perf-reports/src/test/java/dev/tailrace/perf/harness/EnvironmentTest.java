package dev.tailrace.perf.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnvironmentTest {
    @TempDir
    private Path directory;

    @Test
    void shouldSumUpTheMitigationsThatAreActive() throws IOException {
        Files.writeString(directory.resolve("meltdown"), "Mitigation: PTI\n");
        Files.writeString(directory.resolve("mds"), "Vulnerable: Clear CPU buffers attempted, no microcode\n");
        Files.writeString(directory.resolve("l1tf"), "Not affected\n");
        Files.writeString(directory.resolve("spectre_v2"), "Mitigation: Retpolines; STIBP: disabled; RSB filling\n");
        assertEquals("meltdown PTI, spectre_v2 Retpolines", Environment.mitigations(directory));
    }

    @Test
    void shouldSayThatThereAreNoneOrThatItIsNotTold() throws IOException {
        Files.writeString(directory.resolve("mds"), "Not affected\n");
        assertEquals("none", Environment.mitigations(directory));
        assertEquals("not told", Environment.mitigations(directory.resolve("missing")));
    }
}
