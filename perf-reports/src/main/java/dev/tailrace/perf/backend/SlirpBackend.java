package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Deadline;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.model.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A program with the command line of slirp4netns: the installed one, or ours.
public final class SlirpBackend implements Backend {
    /// The name server inside, for the default network 10.0.2.0/24.
    public static final String NAME_SERVER = "10.0.2.3";

    private static final Duration READY_WITHIN = Duration.ofSeconds(20);
    private static final double NS_PER_MS = 1e6;

    private final Path program;
    private final Identity identity;
    private final boolean warmsUp;

    private SlirpBackend(final Path program, final Identity identity, final boolean warmsUp) {
        this.program = program;
        this.identity = identity;
        this.warmsUp = warmsUp;
    }

    public static SlirpBackend ours(final Path program) {
        return new SlirpBackend(program, Identification.of("tailrace", Identity.Role.OURS, program, ""), true);
    }

    public static SlirpBackend installed(final Path program) {
        return new SlirpBackend(program, Identification.of("slirp4netns", Identity.Role.PEER, program, ""), false);
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public boolean warmsUp() {
        return warmsUp;
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        final Namespace guest = lab.newGuest(NAME_SERVER);
        final Path log = lab.logFile(identity.id() + "-" + mtu);
        final long startNs = System.nanoTime();
        final Process process = Programs.start(new ProcessBuilder(command(guest, mtu)).redirectError(log.toFile()));
        awaitReady(process, log);
        final double readyMs = (System.nanoTime() - startNs) / NS_PER_MS;
        return Link.ofGuest(guest, process, Lab.HOST_ADDRESS, readyMs);
    }

    /// The program gets no capabilities, and the pipe that we read as descriptor 3, to say that it is ready.
    private List<String> command(final Namespace guest, final int mtu) {
        final List<String> command = new ArrayList<>(List.of("sh", "-c", "exec 3>&1 1>&2; exec \"$@\"", "sh"));
        command.addAll(Unprivileged.PREFIX);
        command.addAll(
                List.of(program.toString(), "--configure", "--mtu=" + mtu, "--ready-fd=3", "" + guest.pid(), "tap0"));
        return command;
    }

    private void awaitReady(final Process process, final Path log) {
        try (Deadline deadline = new Deadline(process, READY_WITHIN)) {
            if (process.getInputStream().read() != '1') {
                throw new LabException("%s did not get ready%s: %s"
                        .formatted(
                                program,
                                deadline.isExpired() ? " within " + READY_WITHIN.toSeconds() + " s" : "",
                                Programs.quote(Files.readString(log))));
            }
        } catch (IOException failure) {
            throw new LabException("waiting for " + program, failure);
        }
    }
}
