package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Deadline;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// A program with the command line of slirp4netns: the installed one, or ours.
public final class SlirpBackend implements Backend {
    /// The name server inside, for the default network 10.0.2.0/24.
    public static final String NAME_SERVER = "10.0.2.3";

    private static final Duration READY_WITHIN = Duration.ofSeconds(20);
    private static final double NS_PER_MS = 1e6;

    private final Peer peer;
    private final List<String> options;

    private SlirpBackend(final Peer peer, final List<String> options) {
        this.peer = peer;
        this.options = List.copyOf(options);
    }

    /// @param image directory of our product
    public static SlirpBackend ours(final String id, final BackendIdentity.Role role, final Path image) {
        return new SlirpBackend(Peer.ours(id, role, image), List.of());
    }

    /// Ours in its sandbox, which it is shown to be in.
    ///
    /// @param image directory of our product
    public static SlirpBackend sandboxed(final String id, final Path image) {
        final Peer peer = Peer.ours(id, BackendIdentity.Role.PEER, image).withSettings(Sandbox.SETTINGS);
        return new SlirpBackend(peer, Sandbox.OPTIONS);
    }

    public static SlirpBackend installed(final Path program) {
        return new SlirpBackend(Peer.slirp4netns(program), List.of());
    }

    @Override
    public String id() {
        return peer.id();
    }

    @Override
    public BackendIdentity.Role role() {
        return peer.role();
    }

    @Override
    public boolean warmsUp() {
        return peer.isOurs();
    }

    @Override
    public boolean isOurs() {
        return peer.isOurs();
    }

    @Override
    public boolean carries(final Cell cell) {
        return cell.path() == TrafficPath.C2H || cell.path() == TrafficPath.H2C;
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        final Namespace guest = lab.newGuest(NAME_SERVER);
        final String name = (peer.id() + "-" + mtu).replaceAll("[^a-z0-9-]", "_");
        final Path log = lab.logFile(name);
        final Path socket = lab.socketFile(name);
        final long startNs = System.nanoTime();
        final Process process =
                Programs.start(new ProcessBuilder(command(guest, mtu, socket)).redirectError(log.toFile()));
        final GuestLink link;
        try {
            awaitReady(process, peer.program(), log);
            final double readyMs = (System.nanoTime() - startNs) / NS_PER_MS;
            final String address = PublishedAddress.of(peer.id());
            link = new GuestLink(peer, process, guest, address, OptionalDouble.of(readyMs));
            HostForwards.publish(socket, address, Optional.empty());
        } catch (RuntimeException failure) {
            Ends.end(process);
            guest.close();
            throw failure;
        }
        return link;
    }

    /// The program gets no capabilities, and the pipe that we read as descriptor 3, to say that it is ready.
    private List<String> command(final Namespace guest, final int mtu, final Path socket) {
        final List<String> command = new ArrayList<>(List.of("sh", "-c", "exec 3>&1 1>&2; exec \"$@\"", "sh"));
        command.addAll(Unprivileged.PREFIX);
        command.addAll(List.of(
                peer.program().toString(), "--configure", "--mtu=" + mtu, "--api-socket=" + socket, "--ready-fd=3"));
        command.addAll(options);
        command.addAll(List.of("" + guest.pid(), "tap0"));
        return command;
    }

    /// Waits until a program writes to its ready descriptor, which is the process's output.
    static void awaitReady(final Process process, final Path program, final Path log) {
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
