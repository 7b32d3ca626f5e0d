package dev.tailrace.runtime.clients;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What is there of a machine besides files at rest, in which a client that has ended must have left
/// nothing: command lines of processes, their network namespaces, sockets that wait for peers, sockets
/// and pipes and namespaces among the account's runtime files, and mounts.
///
/// @param found a line each
record Traces(SortedSet<String> found) {
    static Traces of(final Machine machine) {
        final SortedSet<String> found = new TreeSet<>();
        add(found, "process", machine.asRoot("ps", "-e", "-o", "args="));
        add(found, "network", machine.asRoot("lsns", "--noheadings", "--type", "net", "--output", "NS"));
        add(found, "socket", machine.asRoot("ss", "-Hltunx"));
        add(
                found,
                "file",
                machine.asRoot(
                        "find", machine.runtime(), "-type", "s", "-o", "-type", "p", "-o", "-path", "*/netns/*"));
        add(found, "mount", machine.asRoot("cat", "/proc/self/mounts"));
        return new Traces(found);
    }

    /// What is here and not there.
    List<String> without(final Traces other) {
        return found.stream().filter(line -> !other.found.contains(line)).toList();
    }

    private static void add(final SortedSet<String> found, final String kind, final String lines) {
        lines.lines().forEach(line -> found.add(kind + ": " + line));
    }
}
