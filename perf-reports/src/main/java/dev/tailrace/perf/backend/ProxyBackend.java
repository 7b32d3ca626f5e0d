package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.PortPlan;
import dev.tailrace.perf.lab.ProcessUsage;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import dev.tailrace.perf.server.CopyProxy;
import dev.tailrace.perf.server.SpliceProxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A process that carries bytes from one loopback socket to another, without a network stack in it: what user space
/// costs at least. It has no MTU of its own. A new connection costs it two threads, so that its rate of connections
/// would say nothing.
public final class ProxyBackend implements Backend {
    private static final String ADDRESS = "127.0.0.1";

    private final String id;
    private final String description;
    private final Class<?> main;
    private final int port;

    private ProxyBackend(final String id, final String description, final Class<?> main, final int port) {
        this.id = id;
        this.description = description;
        this.main = main;
        this.port = port;
    }

    /// Reads and writes.
    public static ProxyBackend copying() {
        return new ProxyBackend(
                "copy proxy", "64 KiB between two loopback sockets, Java", CopyProxy.class, PortPlan.COPY_PROXY);
    }

    /// splice(2): the bytes stay in the kernel.
    public static ProxyBackend splicing() {
        return new ProxyBackend(
                "splice proxy",
                "splice(2) between two loopback sockets by a pipe of 256 KiB, Java",
                SpliceProxy.class,
                PortPlan.SPLICE_PROXY);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public BackendIdentity.Role role() {
        return BackendIdentity.Role.RULER;
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public boolean carries(final Cell cell) {
        return cell.path() != TrafficPath.C2C && (cell.protocol() == Protocol.TCP || cell.protocol() == Protocol.RR);
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        final Process process = Programs.start(new ProcessBuilder(OwnJvm.command(
                        main, ADDRESS, "" + port, Lab.HOST_ADDRESS, "" + PortPlan.SERVER, "" + PortPlan.COUNT))
                .redirectErrorStream(true));
        try {
            Namespace.awaitLine(process, "ready", "starting the " + id);
            return new HostLink(identity(lab, process.toHandle()), Optional.of(process), ADDRESS, port);
        } catch (RuntimeException failure) {
            Ends.end(process);
            throw failure;
        }
    }

    private BackendIdentity identity(final Lab lab, final ProcessHandle process) {
        final Path java = Programs.resolve(Path.of(System.getProperty("java.home"), "bin", "java"));
        return new BackendIdentity(
                id,
                role(),
                java.toString(),
                Evidence.sha256(java),
                description,
                "",
                ProcessUsage.executable(process),
                Evidence.commandLine(process.pid()),
                lab.congestionControl(),
                List.of());
    }
}
