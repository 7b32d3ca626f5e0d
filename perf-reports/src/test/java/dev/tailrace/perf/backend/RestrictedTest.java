package dev.tailrace.perf.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.matrix.Cell;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RestrictedTest {
    private static final Cell UP = Cell.parse("tcp/c2h/up/mtu1500/x1");
    private static final Cell DOWN = Cell.parse("tcp/c2h/down/mtu1500/x1");

    /// The twin of a gate with one cell had half the warm-up of its original, and was 3 to 5 % slower, in seven
    /// sessions of seven (20261124T162950Z-36d68e4-gate and those after it).
    @Test
    void shouldBeAsWarmAsTheWholeBackend() {
        final Backend whole = new Backends(Optional.empty(), Optional.empty(), Map.of(), Path.of(""))
                .find("copy proxy")
                .orElseThrow();
        final Backend restricted = new Restricted(whole, UP);
        assertTrue(restricted.carries(UP));
        assertFalse(restricted.carries(DOWN));
        assertTrue(whole.warmsUpBy(DOWN));
        assertEquals(whole.warmsUpBy(UP), restricted.warmsUpBy(UP));
        assertEquals(whole.warmsUpBy(DOWN), restricted.warmsUpBy(DOWN));
    }
}
