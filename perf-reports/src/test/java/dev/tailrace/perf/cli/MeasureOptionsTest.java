package dev.tailrace.perf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class MeasureOptionsTest {
    @Test
    void shouldTakeNamesThatHaveACommaThemselves() {
        final MeasureOptions options =
                CommandLine.populateCommand(new MeasureOptions(), "--backends", "engine, overlay,crun");
        assertEquals(
                List.of("engine, overlay", "crun"), options.profile("runtime").backends());
    }
}
