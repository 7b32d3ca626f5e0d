package dev.tailrace.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InstallUnitCommandTest {
    @Test
    void shouldStartThisProgramAndWaitForItsWord() {
        final List<String> lines = InstallUnitCommand.unit(Path.of("/opt/tailrace/bin/tailrace"))
                .lines()
                .toList();
        for (final String line : List.of(
                "ExecStart=/opt/tailrace/bin/tailrace daemon",
                "Type=notify",
                "Delegate=yes",
                "WantedBy=default.target")) {
            assertTrue(lines.contains(line), line);
        }
    }

    @Test
    void shouldQuoteWhatMeansSomethingInAUnit() {
        final String unit = InstallUnitCommand.unit(Path.of("/a b/50%\"\\/tailrace"));
        assertTrue(unit.contains("\nExecStart=\"/a b/50%%\\\"\\\\/tailrace\" daemon\n"), unit);
    }

    @Test
    void shouldPutItWhereSystemdLooks() {
        assertEquals(Path.of("/h/.config/systemd/user"), InstallUnitCommand.directory(Map.of("HOME", "/h")));
        assertEquals(
                Path.of("/c/systemd/user"),
                InstallUnitCommand.directory(Map.of("HOME", "/h", "XDG_CONFIG_HOME", "/c")));
    }
}
