package dev.tailrace.tapio.lab;

import java.util.ArrayList;
import java.util.List;

/// Namespaces to run programs in, held by a process that only waits.
public final class Place {
    /// Enters as who asks: for user namespaces whose root is the account that runs this.
    static final List<String> WITH_CREDENTIALS = List.of("--preserve-credentials");

    /// Enters as root.
    static final List<String> AS_ROOT = List.of("--setuid", "0", "--setgid", "0");

    /// Those of [Lab#machine] besides users, network and mounts, where `PID` is its holder, who is not in the
    /// namespace of processes himself.
    static final List<String> ALL_NAMESPACES = List.of("-C", "-i", "-u", "--pid=/proc/PID/ns/pid_for_children");

    private final Lab lab;
    private final String name;
    private final Program holder;
    private final List<String> credentials;
    private final List<String> moreNamespaces;

    Place(
            final Lab lab,
            final String name,
            final Program holder,
            final List<String> credentials,
            final List<String> moreNamespaces) {
        this.lab = lab;
        this.name = name;
        this.holder = holder;
        this.credentials = credentials;
        this.moreNamespaces = moreNamespaces;
    }

    /// The same namespaces for the account that runs this, in a [Lab#withAccount].
    public Place ofAccount() {
        return new Place(lab, name + " of the account", holder, WITH_CREDENTIALS, moreNamespaces);
    }

    /// How these namespaces are entered.
    List<String> credentials() {
        return credentials;
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

    /// The beginning of a command line that runs here. No step of it forks, so the process id stays, except where there
    /// is a namespace of processes: there it is that of `nsenter`, with which the command dies.
    List<String> enter() {
        final List<String> command = new ArrayList<>(List.of("nsenter", "-t", Long.toString(pid()), "-U", "-n", "-m"));
        moreNamespaces.forEach(option -> command.add(option.replace("PID", Long.toString(pid()))));
        command.addAll(credentials);
        command.addAll(List.of("--", "setpriv", "--pdeathsig", "KILL", "--"));
        return command;
    }

    @Override
    public String toString() {
        return name + " (pid " + pid() + ")";
    }
}
