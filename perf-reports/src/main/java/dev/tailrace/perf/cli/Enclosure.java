package dev.tailrace.perf.cli;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.OwnNamespaces;
import dev.tailrace.perf.lab.Posix;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.StopSignal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jnr.constants.platform.Signal;

/// Runs this program once more, as process 1 of namespaces of its own.
final class Enclosure {
    /// The first ends when we do, however we end, and takes the process namespace with it. The second makes a
    /// group, for signals.
    private static final List<String> FENCE = List.of("setpriv", "--pdeathsig", "KILL", "--", "setsid");

    private static final List<String> JVM_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-XX:-UsePerfData",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    private Enclosure() {}

    /// Runs the command line inside and waits for its end. Signals that ask us to end are passed on.
    ///
    /// @param arguments of the whole program
    /// @param properties for the inner program, beside those of the launcher
    /// @return the exit status
    static int run(final List<String> arguments, final Map<String, String> properties) {
        try (StopSignal stop = StopSignal.install()) {
            final Process inner = Programs.start(new ProcessBuilder(command(arguments, properties)).inheritIO());
            stop.onRaise(() -> Posix.signalGroup(inner.pid(), Signal.SIGTERM));
            return inner.waitFor();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new LabException("waiting for the inner program", interruption);
        }
    }

    private static List<String> command(final List<String> arguments, final Map<String, String> properties) {
        final List<String> command = new ArrayList<>(FENCE);
        command.addAll(OwnNamespaces.command(program(arguments, properties)));
        return command;
    }

    private static List<String> program(final List<String> arguments, final Map<String, String> properties) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("tailrace.") && !properties.containsKey(name))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-D" + Settings.INSIDE + "=true");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BenchMain.class.getName()));
        command.addAll(arguments);
        return command;
    }
}
