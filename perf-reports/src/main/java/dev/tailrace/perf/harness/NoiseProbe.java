package dev.tailrace.perf.harness;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.ProcessTable;
import dev.tailrace.perf.lab.ProcessUsage;
import dev.tailrace.perf.result.Noise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Watches what else the machine does, between its making and [#noise]. Processor time is told apart by the process
/// namespace: what is in ours is ours.
final class NoiseProbe {
    /// Of all processors. A neighbour that takes more changes what two of them can do.
    static final double MAX_STEAL = 0.10;

    /// Of all processors: other processes of the machine.
    static final double MAX_FOREIGN = 0.15;

    /// Of one processor: backends whose turn it is not. After thousands of connections one has some to close yet:
    /// 3 to 6 % of the second that follows were seen. One that spins takes all of it.
    static final double MAX_IDLE_BACKENDS = 0.10;

    private static final double UNKNOWN = -1;

    private final MachineTime machineBefore;
    private final long ownBefore;
    private final double pressure;
    private final double load;

    private NoiseProbe(
            final MachineTime machineBefore, final long ownBefore, final double pressure, final double load) {
        this.machineBefore = machineBefore;
        this.ownBefore = ownBefore;
        this.pressure = pressure;
        this.load = load;
    }

    static NoiseProbe start() {
        return new NoiseProbe(
                MachineTime.parse(read(Path.of("/proc/stat"))),
                ownTicks(),
                pressure(Path.of("/proc/pressure/cpu")),
                load(read(Path.of("/proc/loadavg"))));
    }

    /// @param idleBackends see [Noise]
    Noise noise(final double idleBackends) {
        final MachineTime machine =
                MachineTime.parse(read(Path.of("/proc/stat"))).minus(machineBefore);
        final double total = Math.max(1, machine.total());
        final double foreign = machine.busy() - (ownTicks() - ownBefore);
        return new Noise(
                machine.steal() / total, Math.clamp(foreign / total, 0, 1), Math.max(0, idleBackends), pressure, load);
    }

    /// Why a block with this noise does not count; empty if it does.
    static List<String> objections(final Noise noise) {
        final List<String> objections = new ArrayList<>();
        object(objections, "stolen by other machines", noise.steal(), MAX_STEAL);
        object(objections, "taken by processes that are not ours", noise.foreign(), MAX_FOREIGN);
        object(objections, "taken by backends whose turn it was not", noise.idleBackends(), MAX_IDLE_BACKENDS);
        return objections;
    }

    private static void object(final List<String> objections, final String what, final double share, final double max) {
        if (share > max) {
            objections.add(String.format(
                    Locale.ROOT,
                    "processor time %s: %.1f %%, and more than %.0f %% counts",
                    what,
                    share * 100,
                    max * 100));
        }
    }

    /// The first line of `/proc/stat`, proc(5), in ticks: user, nice, system, idle, iowait, irq, softirq, steal.
    ///
    /// @param busy in processes. Interrupts are not in it: whether the kernel adds them to the process
    /// that they interrupt too depends on its build (`CONFIG_IRQ_TIME_ACCOUNTING`), and ours cause most.
    record MachineTime(long total, long busy, long steal) {
        private static final int PROCESSES = 3;
        private static final int STEAL = 7;
        private static final int COUNTED = 8;

        static MachineTime parse(final String stat) {
            final String[] fields = stat.lines().findFirst().orElse("").split(" +");
            if (fields.length <= COUNTED || !fields[0].equals("cpu")) {
                throw new LabException("/proc/stat does not begin with the time of all processors");
            }
            long total = 0;
            long busy = 0;
            for (int i = 0; i < COUNTED; i++) {
                final long ticks = Long.parseLong(fields[i + 1]);
                total += ticks;
                busy += i < PROCESSES ? ticks : 0;
            }
            return new MachineTime(total, busy, Long.parseLong(fields[STEAL + 1]));
        }

        MachineTime minus(final MachineTime earlier) {
            return new MachineTime(total - earlier.total, busy - earlier.busy, steal - earlier.steal);
        }
    }

    /// Everything in our process namespace, with the children that have ended and were waited for: of one that
    /// ends meanwhile, its parent has the time.
    private static long ownTicks() {
        return ProcessTable.stats().stream().mapToLong(ProcessUsage::ticks).sum();
    }

    private static double pressure(final Path file) {
        try {
            return pressure(Files.readString(file));
        } catch (IOException notTold) {
            // The file is missing, or cannot be read where the kernel was told not to watch (psi=0).
            return UNKNOWN;
        }
    }

    /// `some avg10=1.50 avg60=...`, Documentation/accounting/psi.rst of the kernel.
    static double pressure(final String text) {
        return text.lines()
                .filter(line -> line.startsWith("some avg10="))
                .mapToDouble(line -> Double.parseDouble(line.substring("some avg10=".length(), line.indexOf(" avg60"))))
                .findFirst()
                .orElse(UNKNOWN);
    }

    static double load(final String loadavg) {
        return Double.parseDouble(loadavg.substring(0, loadavg.indexOf(' ')));
    }

    private static String read(final Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new LabException("reading " + file, failure);
        }
    }
}
