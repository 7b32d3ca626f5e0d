package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.PortPlan;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

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
        final List<Namespace> namespaces = new ArrayList<>();
        try {
            final Namespace middle = lab.newNetwork();
            namespaces.add(middle);
            middle.run("ip", "link", "add", "br0", "mtu", "" + mtu, "type", "bridge");
            middle.run("ip", "link", "set", "br0", "up");
            for (int i = 0; i < ADDRESSES.size(); i++) {
                final Namespace guest = lab.newNetwork();
                namespaces.add(guest);
                connect(middle, guest, "port" + i, ADDRESSES.get(i), mtu);
            }
            return new BridgeLink(List.copyOf(namespaces));
        } catch (RuntimeException failure) {
            namespaces.forEach(Namespace::close);
            throw failure;
        }
    }

    private static void connect(
            final Namespace middle, final Namespace guest, final String port, final String address, final int mtu) {
        middle.run(
                "ip",
                "link",
                "add",
                port,
                "mtu",
                "" + mtu,
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "mtu",
                "" + mtu,
                "netns",
                "" + guest.pid());
        middle.run("ip", "link", "set", port, "master", "br0", "up");
        guest.run("ip", "address", "add", address + "/16", "dev", "eth0");
        guest.run("ip", "link", "set", "lo", "up");
        guest.run("ip", "link", "set", "eth0", "up");
    }

    /// @param namespaces that of the bridge, then the two guests
    private record BridgeLink(List<Namespace> namespaces) implements Link {
        @Override
        public Route route(final TrafficPath path) {
            if (path != TrafficPath.C2C) {
                throw new LabException("the bridge does not reach the host");
            }
            return new Route(
                    namespaces.get(2)::command,
                    ADDRESSES.get(1),
                    PortPlan.SERVER,
                    namespaces.get(1)::command,
                    ADDRESSES.get(1),
                    PortPlan.SERVER);
        }

        @Override
        public Optional<Namespace> guest() {
            return Optional.of(namespaces.get(1));
        }

        @Override
        public Optional<ProcessHandle> process() {
            return Optional.empty();
        }

        @Override
        public double cpuSeconds() {
            return 0;
        }

        @Override
        public OptionalDouble peakResidentBytes() {
            return OptionalDouble.empty();
        }

        @Override
        public OptionalDouble readyMs() {
            return OptionalDouble.empty();
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
                    namespaces.get(1).run("cat", "/proc/sys/net/ipv4/tcp_congestion_control"),
                    List.of());
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void close() {
            namespaces.forEach(Namespace::close);
        }
    }
}
