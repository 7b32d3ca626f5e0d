package dev.tailrace.perf.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SandboxTest {
    /// As the kernel writes it, shortened.
    private static final String CONFINED = """
            Name:\tnetstack
            CapInh:\t0000000000000000
            CapPrm:\t0000000000000400
            CapEff:\t0000000000000400
            CapBnd:\t0000000000000400
            NoNewPrivs:\t1
            Seccomp:\t2
            Seccomp_filters:\t1
            """;

    @Test
    void shouldHaveNothingAgainstAThreadThatIsConfined() {
        assertEquals(List.of(), Sandbox.objections(CONFINED));
    }

    @ParameterizedTest
    @CsvSource({
        "NoNewPrivs:\t1, NoNewPrivs:\t0",
        "Seccomp:\t2, Seccomp:\t0",
        "Seccomp:\t2, Seccomp_filter:\t2",
        "CapEff:\t0000000000000400, CapEff:\t0000000000200000",
        "CapPrm:\t0000000000000400, CapPrm:\t000001ffffffffff"
    })
    void shouldSayWhatIsOpen(final String line, final String instead) {
        assertTrue(CONFINED.contains(line));
        assertEquals(1, Sandbox.objections(CONFINED.replace(line, instead)).size());
    }

    /// A JVM without a sandbox: this one.
    @Test
    void shouldObjectToAProcessThatIsNotConfined() {
        final List<String> objections =
                Sandbox.objections(ProcessHandle.current().pid());
        assertFalse(objections.isEmpty());
        assertTrue(
                objections.stream().anyMatch(each -> each.contains("NoNewPrivs 0") || each.contains("Seccomp 0")),
                objections::toString);
    }
}
