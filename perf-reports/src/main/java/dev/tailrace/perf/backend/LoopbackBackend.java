package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.PortPlan;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.util.List;
import java.util.Optional;

/// Nothing in between: client and server on the host. The MTU is that of the loopback interface.
public final class LoopbackBackend implements Backend {
    public static final String ID = "loopback";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public BackendIdentity.Role role() {
        return BackendIdentity.Role.RULER;
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
        final BackendIdentity identity = new BackendIdentity(
                ID, role(), "", "", "the kernel's, nothing in between", "", "", "", lab.congestionControl(), List.of());
        return new HostLink(identity, Optional.empty(), Lab.HOST_ADDRESS, PortPlan.SERVER);
    }
}
