package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.util.List;
import java.util.Optional;

/// Two namespaces on a bridge of the kernel, as containers of one network are: what no user-mode stack is in the way
/// of.
public final class BridgeBackend implements Backend {
    private static final String ID = "bridge";
    private static final List<String> ADDRESSES = List.of("172.17.0.2", "172.17.0.3");

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
        return cell.path() == TrafficPath.C2C;
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        return new BridgeLink(HandMadeBridge.make(lab, mtu, ADDRESSES));
    }

    private record BridgeLink(HandMadeBridge bridge) implements Link {
        @Override
        public Route route(final TrafficPath path) {
            if (path != TrafficPath.C2C) {
                throw new LabException("the bridge does not reach the host");
            }
            return bridge.between();
        }

        @Override
        public Optional<Namespace> guest() {
            return Optional.of(bridge.server());
        }

        @Override
        public Optional<ProcessHandle> process() {
            return Optional.empty();
        }

        @Override
        public BackendIdentity identity() {
            return new BackendIdentity(
                    ID,
                    BackendIdentity.Role.RULER,
                    "",
                    "",
                    "two namespaces on a bridge of the kernel, " + Programs.run("ip", "-V"),
                    "",
                    "",
                    "",
                    bridge.congestionControl(),
                    List.of());
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void close() {
            bridge.close();
        }
    }
}
