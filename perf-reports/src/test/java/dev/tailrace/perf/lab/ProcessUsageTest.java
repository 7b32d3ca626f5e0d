package dev.tailrace.perf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProcessUsageTest {
    private static final String STAT = "4242 (a) name (b) S 1 2 3 4 5 6 7 8 9 10 250 125 13 14 20 0 1 0 99 1000 20";

    @Test
    void shouldAddAllTimesBehindANameWithParentheses() {
        assertEquals(4.02, ProcessUsage.cpuSeconds(STAT));
    }

    @Test
    void shouldReadThePeakOfResidentMemory() {
        assertEquals(
                2048 * 1024,
                ProcessUsage.peakResidentBytes("Name:\tx\nVmPeak:\t  99 kB\nVmHWM:\t    2048 kB\nVmRSS:\t1 kB\n"));
    }

    @Test
    void shouldSayThatAProcessHasNoMemory() {
        assertThrows(LabException.class, () -> ProcessUsage.peakResidentBytes("Name:\tzombie\n"));
    }

    @Test
    void shouldReadARunningProcess() {
        final ProcessHandle self = ProcessHandle.current();
        assertTrue(ProcessUsage.cpuSeconds(self) > 0);
        assertTrue(ProcessUsage.peakResidentBytes(self) > 1 << 20);
        assertTrue(ProcessUsage.executable(self).endsWith("java"), ProcessUsage.executable(self));
    }

    /// One of a process's children may end between the list of them and the look at them.
    @Test
    void shouldHaveNothingOfAProcessThatHasEnded() throws InterruptedException {
        final PosixProcess process = PosixProcess.start(new ProcessBuilder("sleep", "60"));
        assertTrue(ProcessTable.stat(process.pid()).orElseThrow().startsWith(process.pid() + " (sleep) "));
        process.destroyForcibly();
        process.waitFor();
        assertEquals(Optional.empty(), ProcessTable.stat(process.pid()));
        assertThrows(LabException.class, () -> ProcessUsage.cpuSeconds(process.toHandle()));
    }
}
