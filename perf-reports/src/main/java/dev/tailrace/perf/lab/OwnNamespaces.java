package dev.tailrace.perf.lab;

import java.util.ArrayList;
import java.util.List;

/// User, network, mount and process namespaces for one program, as their process 1: with it all that it started ends.
public final class OwnNamespaces {
    private static final List<String> FENCE = List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--net",
            "--mount",
            "--pid",
            "--cgroup",
            "--fork",
            "--kill-child=KILL",
            "--mount-proc",
            "--");

    private OwnNamespaces() {}

    /// The command line that runs a program so. It ends with the process that is started by it.
    public static List<String> command(final List<String> program) {
        final List<String> command = new ArrayList<>(FENCE);
        command.addAll(program);
        return command;
    }
}
