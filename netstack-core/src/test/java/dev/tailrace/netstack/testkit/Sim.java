package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.udp.UdpConfig;
import dev.tailrace.netstack.wire.IpAddress;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// The stack in a [SimWorld], with a link, a host and all checkers.
public final class Sim {
    /// A server beyond the host, from the block for documentation (RFC 5737).
    public static final int SERVER = 0xc633_6407;

    public static final long GUEST_MAC = 0x0242_0a00_0264L;
    private static final int NETWORK = 0x0a00_0200;
    private static final int DEFAULT_MTU = 1_500;
    private static final int MEMORY_BYTES = 32 << 20;

    private final SimWorld world;
    private final SimLink link;
    private final SimHostSockets host;
    private final NetworkStack stack;
    private final VirtualNetwork network;
    private final FlowChecker checker;

    /// How a world is made; fluent.
    public static final class Options {
        private final String name;
        private final long seed;
        private int mtu = DEFAULT_MTU;
        private int memoryBytes = MEMORY_BYTES;
        private long startNs = 1_000_000_000L;
        private TcpConfig tcp = TcpConfig.DEFAULT;
        private boolean isHostLoopback = true;
        private boolean isIpv6;

        private Options(final String name, final long seed) {
            this.name = name;
            this.seed = seed;
        }

        /// The guest's connections are IPv6 to the stack; the guest and the checkers see IPv4 (see [Nat46Link]).
        public Options ipv6(final boolean isWanted) {
            isIpv6 = isWanted;
            return this;
        }

        public Options mtu(final int bytes) {
            mtu = bytes;
            return this;
        }

        public Options memory(final int bytes) {
            memoryBytes = bytes;
            return this;
        }

        public Options tcp(final TcpConfig config) {
            tcp = config;
            return this;
        }

        /// What the clock shows first.
        public Options startNs(final long timeNs) {
            startNs = timeNs;
            return this;
        }

        public Options withoutHostLoopback() {
            isHostLoopback = false;
            return this;
        }

        public Sim start() {
            return new Sim(this);
        }
    }

    private Sim(final Options options) {
        world = new SimWorld(options.name, options.seed, options.startNs);
        link = new SimLink(world, options.mtu);
        host = new SimHostSockets(world);
        final Ipv6Network ipv6 = options.isIpv6 ? Ipv6Network.DEFAULT : null;
        // The longer header of IPv6 leaves the same room for payload.
        final int mtu = options.mtu + (options.isIpv6 ? 20 : 0);
        network = new VirtualNetwork(NETWORK, 24, mtu, 0, options.isHostLoopback, true, ipv6);
        final StackConfig config = new StackConfig(
                network, options.tcp, UdpConfig.DEFAULT, Pattern.mix(options.seed), Pattern.mix(options.seed + 1));
        final UnsafeBuffer area =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(NetworkStack.MIN_READ_AREA_LENGTH, 64));
        stack = new NetworkStack(
                config,
                ipv6 == null ? link : new Nat46Link(link, network, ipv6),
                host,
                new SimResolver(),
                new SimMemory(options.memoryBytes),
                area,
                new Counters());
        checker = new FlowChecker(options.mtu);
        world.stack(new Driven());
        link.observe(checker);
        world.check(this::checkMemory);
    }

    /// A world for the test `name`.
    public static Options of(final String name, final long seed) {
        return new Options(name, seed);
    }

    /// A guest that speaks TCP.
    public GuestHost guest() {
        return new GuestHost(world, link, network, GUEST_MAC);
    }

    public SimWorld world() {
        return world;
    }

    public SimLink link() {
        return link;
    }

    public SimHostSockets host() {
        return host;
    }

    public NetworkStack stack() {
        return stack;
    }

    public VirtualNetwork network() {
        return network;
    }

    /// Upper half of the guest's address as the stack knows it.
    public long guestHi() {
        return network.gatewayHi(network.ipv6() == null);
    }

    /// Lower half of the guest's address as the stack knows it.
    public long guestLo() {
        return network.ipv6() == null ? IpAddress.ipv4Lo(network.guest()) : network.guest() & 0xff;
    }

    public FlowChecker checker() {
        return checker;
    }

    public long count(final Counter counter) {
        return stack.counters().get(counter);
    }

    /// Runs until every flow has ended and looks that nothing is left of them.
    public void finish(final long limitNs) {
        world.runUntil(() -> stack.tcpFlowCount() == 0 && host.openStreams() == 0, limitNs);
        world.verify(() -> {
            require(stack.slabUsedBytes() == 0, stack.slabUsedBytes() + " bytes of the slab are still in use");
            require(
                    count(Counter.TCP_FLOWS_CLOSED)
                            == count(Counter.TCP_FLOWS_OPENED) + count(Counter.TCP_FLOWS_ACCEPTED),
                    "flows opened and closed differ");
        });
    }

    private void checkMemory() {
        // A flow whose guest is done may still have a backlog to write: it is out of the table, and its stream is open.
        require(
                stack.tcpFlowCount() > 0 || host.openStreams() > 0 || stack.slabUsedBytes() == 0,
                "no flow, but " + stack.slabUsedBytes() + " bytes of the slab are in use");
    }

    private static void require(final boolean condition, final String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    private final class Driven implements SimStack {
        @Override
        public boolean doWork(final long nowNs) {
            return stack.doWork(nowNs);
        }

        @Override
        public long nextDeadlineNs() {
            return stack.nextDeadlineNs();
        }

        @Override
        public String describe() {
            final StringBuilder text = new StringBuilder();
            stack.describe(text, world.nowNs());
            host.streams().stream()
                    .filter(stream -> !stream.isGone())
                    .forEach(stream -> text.append(stream).append('\n'));
            return text.toString();
        }
    }
}
