package dev.tailrace.perf.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A network namespace, kept alive by a sleeping process, and the way to run programs in it.
public final class Namespace implements AutoCloseable {
    private final Process holder;
    private final List<String> entry;

    private Namespace(final Process holder, final List<String> entry) {
        this.holder = holder;
        this.entry = entry;
    }

    /// A network namespace that belongs to the user namespace we are in.
    public static Namespace network() {
        final Process holder = hold(List.of("unshare", "--net"), "true");
        return new Namespace(holder, List.of("nsenter", "--target", "" + holder.pid(), "--net", "--"));
    }

    /// A user, network and mount namespace as a container has them, whose name server is the one given.
    public static Namespace guest(final String resolvConf) {
        final Process holder = hold(
                List.of("unshare", "--user", "--map-root-user", "--net", "--mount"),
                "mount --bind '" + resolvConf + "' /etc/resolv.conf");
        return new Namespace(
                holder,
                List.of(
                        "nsenter",
                        "--target",
                        "" + holder.pid(),
                        "--user",
                        "--net",
                        "--mount",
                        "--preserve-credentials",
                        "--"));
    }

    private static Process hold(final List<String> unshare, final String preparation) {
        final List<String> command = new ArrayList<>(unshare);
        command.addAll(List.of("sh", "-c", preparation + " && echo ready && exec sleep infinity"));
        final Process holder = Programs.start(new ProcessBuilder(command).redirectErrorStream(true));
        awaitLine(holder, "ready", "making a namespace");
        return holder;
    }

    /// Reads the output of a process until it says that it is ready.
    ///
    /// @param mark what the line contains, not as the end of a longer word: "already in use" is not "ready"
    /// @return that line
    public static String awaitLine(final Process process, final String mark, final String purpose) {
        try {
            final Pattern marked = Pattern.compile("(?<![A-Za-z])" + Pattern.quote(mark));
            // Not closed: the process goes on writing there.
            final BufferedReader reader = process.inputReader();
            final StringBuilder said = new StringBuilder();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (marked.matcher(line).find()) {
                    return line;
                }
                said.append(line).append('\n');
            }
            throw new LabException(purpose + ": " + Programs.quote(said.toString()));
        } catch (IOException failure) {
            throw new LabException(purpose, failure);
        }
    }

    /// The process to name to whoever wants to join.
    public long pid() {
        return holder.pid();
    }

    /// The command line that runs a program inside.
    public List<String> command(final List<String> program) {
        final List<String> command = new ArrayList<>(entry);
        command.addAll(program);
        return command;
    }

    /// Runs a program inside, to its end; it must succeed.
    public String run(final String... program) {
        return Programs.run(command(List.of(program)));
    }

    /// Sets a value of `/proc/sys` inside.
    public void sysctl(final String path, final String value) {
        run("sh", "-c", "echo \"$1\" > /proc/sys/" + path, "sh", value);
    }

    @Override
    public void close() {
        holder.destroyForcibly();
    }
}
