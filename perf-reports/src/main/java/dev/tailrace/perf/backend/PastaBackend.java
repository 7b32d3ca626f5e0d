package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.PortPlan;
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
import java.util.OptionalDouble;
import java.util.concurrent.locks.LockSupport;

/// pasta, as it comes or with what its users can set in the guest to help its uploads.
public final class PastaBackend implements Backend {
    private static final Duration READY_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);

    /// Two settings of the guest's owner: pasta advertises a larger window than the TAP's queue of 1,000 packets
    /// or its own send buffer can take, and what does not fit is lost.
    private static final String QUEUE_PACKETS = "20000";

    private static final String SEND_BUFFER = "4096 16384 524288";

    private final Peer peer;
    private final boolean tuned;

    private PastaBackend(final Peer peer, final boolean tuned) {
        this.peer = peer;
        this.tuned = tuned;
    }

    public static PastaBackend asItComes(final Path program) {
        return new PastaBackend(Peer.pasta("pasta", program, ""), false);
    }

    public static PastaBackend tuned(final Path program) {
        final String settings = "guest: txqueuelen " + QUEUE_PACKETS + ", tcp_wmem " + SEND_BUFFER;
        return new PastaBackend(Peer.pasta("pasta, tuned", program, settings), true);
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
        return false;
    }

    @Override
    public boolean carries(final Cell cell) {
        return cell.path() == TrafficPath.C2H || cell.path() == TrafficPath.H2C;
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        final Namespace guest = lab.newGuest(Lab.NAMES_ADDRESS);
        final Path log = lab.logFile((peer.id() + "-" + mtu).replaceAll("[^a-z0-9-]", "_"));
        final String address = PublishedAddress.of(peer.id());
        final Process process = Programs.start(new ProcessBuilder(command(guest, mtu, address))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile()));
        try {
            awaitReady(guest, process, log);
            if (tuned) {
                guest.run("ip", "link", "set", "tap0", "txqueuelen", QUEUE_PACKETS);
                guest.sysctl("net/ipv4/tcp_wmem", SEND_BUFFER);
            }
        } catch (RuntimeException failure) {
            Ends.end(process);
            guest.close();
            throw failure;
        }
        return new GuestLink(peer, process, guest, address, OptionalDouble.empty());
    }

    private List<String> command(final Namespace guest, final int mtu, final String address) {
        final String published = "%s/%d-%d:%d-%d"
                .formatted(
                        address,
                        PortPlan.PUBLISHED,
                        PortPlan.PUBLISHED + PortPlan.COUNT - 1,
                        PortPlan.SERVER,
                        PortPlan.SERVER + PortPlan.COUNT - 1);
        final List<String> command = new ArrayList<>(Unprivileged.PREFIX);
        command.addAll(List.of(peer.program().toString(), "--foreground", "--ipv4-only", "--config-net"));
        command.addAll(List.of("--ns-ifname", "tap0", "--mtu", "" + mtu));
        command.addAll(List.of("-t", published, "-u", published, "-T", "none", "-U", "none", "" + guest.pid()));
        return command;
    }

    /// In the foreground it does not say when it is ready: the default route is the last thing that it sets.
    private void awaitReady(final Namespace guest, final Process process, final Path log) {
        final long deadlineNs = System.nanoTime() + READY_WITHIN.toNanos();
        while (guest.run("ip", "route", "show", "default").isEmpty()) {
            if (!process.isAlive() || System.nanoTime() - deadlineNs > 0) {
                throw new LabException(peer.program() + " did not get ready: " + read(log));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static String read(final Path log) {
        try {
            return Programs.quote(Files.readString(log));
        } catch (IOException failure) {
            throw new LabException("reading " + log, failure);
        }
    }
}
