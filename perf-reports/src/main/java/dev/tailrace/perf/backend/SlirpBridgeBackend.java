package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.PortPlan;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Protocol;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// The network of containers as our engine has it, with slirp4netns at the other end of the bridge's TAP: two
/// namespaces on a bridge, whose gateway is slirp4netns itself. Without the address translation between bridge and TAP
/// that rootless Docker has besides, which only makes that slower.
public final class SlirpBridgeBackend implements Backend {
    private static final String ID = "slirp4netns bridge";
    private static final String NETWORK = "172.17.0.0/16";

    /// Of slirp4netns in that network.
    private static final String GATEWAY = "172.17.0.2";

    /// The first is where slirp4netns expects its one guest.
    private static final List<String> ADDRESSES = List.of("172.17.0.100", "172.17.0.101");

    private static final String TAP = "tap0";
    private static final double NS_PER_MS = 1e6;

    private final Peer peer;

    /// @param program slirp4netns
    public SlirpBridgeBackend(final Path program) {
        peer = Peer.slirp4netns(ID, program);
    }

    @Override
    public String id() {
        return ID;
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
        return cell.protocol() == Protocol.TCP || cell.protocol() == Protocol.UDP;
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        final HandMadeBridge bridge = HandMadeBridge.make(lab, mtu, ADDRESSES);
        try {
            final Path log = lab.logFile("slirp4netns-bridge-" + mtu);
            final Path socket = lab.socketFile("slirp4netns-bridge-" + mtu);
            final long startNs = System.nanoTime();
            final Process process = Programs.start(
                    new ProcessBuilder(command(bridge.middle(), mtu, socket)).redirectError(log.toFile()));
            try {
                SlirpBackend.awaitReady(process, peer.program(), log);
                final double readyMs = (System.nanoTime() - startNs) / NS_PER_MS;
                bridge.middle().run("ip", "link", "set", TAP, "master", HandMadeBridge.NAME, "mtu", "" + mtu, "up");
                bridge.routeBy(GATEWAY);
                final String address = PublishedAddress.of(ID);
                HostForwards.publish(socket, address, Optional.of(bridge.serverAddress()));
                return new SlirpBridgeLink(peer, bridge, process, address, readyMs);
            } catch (RuntimeException failure) {
                Ends.end(process);
                throw failure;
            }
        } catch (RuntimeException failure) {
            bridge.close();
            throw failure;
        }
    }

    /// By the path of the namespace, which belongs to the user namespace that we are in.
    private List<String> command(final Namespace middle, final int mtu, final Path socket) {
        return List.of(
                "sh",
                "-c",
                "exec 3>&1 1>&2; exec \"$@\"",
                "sh",
                peer.program().toString(),
                "--mtu=" + mtu,
                "--cidr=" + NETWORK,
                "--api-socket=" + socket,
                "--ready-fd=3",
                "--netns-type=path",
                "/proc/" + middle.pid() + "/ns/net",
                TAP);
    }

    private record SlirpBridgeLink(Peer peer, HandMadeBridge bridge, Process slirp, String address, double millis)
            implements Link {
        @Override
        public Route route(final TrafficPath path) {
            return switch (path) {
                case C2C -> bridge.between();
                case C2H ->
                    new Route(
                            List::copyOf,
                            Lab.HOST_ADDRESS,
                            PortPlan.SERVER,
                            bridge.client()::command,
                            Lab.HOST_ADDRESS,
                            PortPlan.SERVER);
                case H2C ->
                    new Route(
                            bridge.server()::command,
                            bridge.serverAddress(),
                            PortPlan.SERVER,
                            List::copyOf,
                            address,
                            PortPlan.PUBLISHED);
                case NONE -> throw new LabException("a bridge runs no containers");
            };
        }

        @Override
        public Optional<Namespace> guest() {
            return Optional.of(bridge.client());
        }

        @Override
        public Optional<ProcessHandle> process() {
            return Optional.of(slirp.toHandle());
        }

        @Override
        public OptionalDouble readyMs() {
            return OptionalDouble.of(millis);
        }

        @Override
        public BackendIdentity identity() {
            return peer.identify(slirp.toHandle(), bridge.client());
        }

        @Override
        public boolean isAlive() {
            return slirp.isAlive();
        }

        @Override
        public void close() {
            Ends.end(slirp);
            bridge.close();
        }
    }
}
