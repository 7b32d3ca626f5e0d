package dev.tailrace.perf.backend;

import dev.tailrace.perf.iperf.IperfTransfer;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.model.Identity;
import java.util.Optional;

/// Nothing in between: client and server on the host. The MTU is that of the loopback interface.
public final class LoopbackBackend implements Backend {
    @Override
    public Identity identity() {
        return new Identity("loopback", Identity.Role.RULER, "", "the kernel's, nothing in between", "");
    }

    @Override
    public boolean warmsUp() {
        return false;
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        return Link.ofHost(Optional.empty(), Lab.HOST_ADDRESS, IperfTransfer.PORT);
    }
}
