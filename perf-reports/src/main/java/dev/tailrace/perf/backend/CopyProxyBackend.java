package dev.tailrace.perf.backend;

import dev.tailrace.perf.iperf.IperfTransfer;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.model.Identity;
import dev.tailrace.perf.server.CopyProxy;
import java.util.Optional;

/// A process that copies between two loopback sockets, 64 KiB at a time: what carrying bytes through user space
/// costs at least, without a network stack in it.
public final class CopyProxyBackend implements Backend {
    private static final String ADDRESS = "127.0.0.1";
    private static final int PORT = 5301;

    @Override
    public Identity identity() {
        return new Identity("copy proxy", Identity.Role.RULER, "", "64 KiB between two loopback sockets, Java", "");
    }

    @Override
    public boolean warmsUp() {
        return true;
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        final Process process = Programs.start(new ProcessBuilder(
                        OwnJvm.command(CopyProxy.class, ADDRESS, "" + PORT, Lab.HOST_ADDRESS, "" + IperfTransfer.PORT))
                .redirectErrorStream(true));
        Namespace.awaitLine(process, "ready", "starting the copy proxy");
        return Link.ofHost(Optional.of(process.toHandle()), ADDRESS, PORT);
    }
}
