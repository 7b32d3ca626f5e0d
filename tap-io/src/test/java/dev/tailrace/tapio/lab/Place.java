package dev.tailrace.tapio.lab;

import java.util.ArrayList;
import java.util.List;

/// Namespaces to run programs in, held by a process that only waits.
public final class Place {
    private final Lab lab;
    private final String name;
    private final Program holder;

    Place(final Lab lab, final String name, final Program holder) {
        this.lab = lab;
        this.name = name;
        this.holder = holder;
    }

    /// Process whose namespaces these are.
    public long pid() {
        return holder.pid();
    }

    /// Path of the network namespace.
    public String netnsPath() {
        return "/proc/" + pid() + "/ns/net";
    }

    /// Path of the user namespace.
    public String usernsPath() {
        return "/proc/" + pid() + "/ns/user";
    }

    /// Starts a program here; it is killed with the lab.
    public Program start(final List<String> command) {
        final List<String> whole = new ArrayList<>(enter());
        whole.addAll(command);
        return lab.spawn(whole);
    }

    /// Starts a program here; it is killed with the lab.
    public Program start(final String... command) {
        return start(List.of(command));
    }

    /// Runs a program here to its end, which must be a success.
    ///
    /// @return its standard output
    public String run(final String... command) {
        final Program program = start(command);
        if (program.awaitExit() != 0) {
            throw new AssertionError("failed in the " + name + ": " + program);
        }
        return program.stdout();
    }

    /// Runs a shell script here to its end, which must be a success.
    ///
    /// @return its standard output
    public String shell(final String script) {
        return run("sh", "-euc", script);
    }

    /// Ends everything that holds these namespaces, so that they vanish unless somebody else is in them.
    public void vanish() {
        holder.close();
    }

    /// The beginning of a command line that runs here. No step of it forks, so the process id stays.
    List<String> enter() {
        return List.of(
                "nsenter",
                "-t",
                Long.toString(pid()),
                "-U",
                "-n",
                "-m",
                "--preserve-credentials",
                "--",
                "setpriv",
                "--pdeathsig",
                "KILL",
                "--");
    }

    @Override
    public String toString() {
        return name + " (pid " + pid() + ")";
    }
}
