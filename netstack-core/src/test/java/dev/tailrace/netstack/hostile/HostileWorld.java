package dev.tailrace.netstack.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.memory.MemoryRegion;
import dev.tailrace.netstack.memory.Slab;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.PacketParser;
import dev.tailrace.netstack.testkit.SimResolver;
import dev.tailrace.netstack.udp.UdpConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// One stack among poison, with virtual time. What it sends is parsed as a strict kernel would.
public final class HostileWorld {
    static final int MTU = 1500;

    private static final int POISON = 0xa5;
    private static final int VNET_LENGTH = 10;

    /// Most wake-ups in an hour in which nobody speaks: the router's advertisements, 200 s apart at least.
    private static final int WAKES_PER_HOUR = 18;

    private static final int MEMORY_BYTES = 8 << 20;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final TcpConfig TCP = new TcpConfig(256, 64, 1 << 18, 60 * SECOND_NS, 30 * SECOND_NS);
    private static final UdpConfig UDP = new UdpConfig(256, 64, 240 * SECOND_NS, 10 * SECOND_NS);

    /// Areas of small worlds, by poison and length.
    private static final Map<Long, UnsafeBuffer> AREAS = new HashMap<>();

    private final TraceHash trace = new TraceHash();
    private final Counters counters = new Counters();
    private final PacketParser parser = new PacketParser(MTU);
    private final VirtualNetwork network;
    private final PoisonedLink link;
    private final HostileHost host;
    private final NetworkStack stack;
    private long nowNs = SECOND_NS;
    private int nextPort = 50_000;

    /// What differs between worlds; fluent.
    public static final class Options {
        private long secretHi = 1;
        private long secretLo = 2;
        private int poison = POISON;
        private boolean isSmall;
        private boolean isHostLoopback = true;
        private @Nullable Ipv6Network ipv6;
        private @Nullable SplittableRandom chance;

        public Options secret(final long hi, final long lo) {
            secretHi = hi;
            secretLo = lo;
            return this;
        }

        public Options poison(final int octet) {
            poison = octet;
            return this;
        }

        /// With fd00::/64 beside IPv4.
        public Options ipv6() {
            ipv6 = Ipv6Network.DEFAULT;
            return this;
        }

        /// The host fails, blocks and answers by chance.
        public Options chance(final long seed) {
            chance = new SplittableRandom(seed);
            return this;
        }

        public Options withoutHostLoopback() {
            isHostLoopback = false;
            return this;
        }

        /// Little payload memory, and the areas of the last such world with the same poison, whose time
        /// is over: quick to make, many times in a second.
        public Options small() {
            isSmall = true;
            return this;
        }

        public HostileWorld start() {
            return new HostileWorld(this);
        }
    }

    private HostileWorld(final Options options) {
        final byte poison = (byte) options.poison;
        link = new PoisonedLink(poison, trace);
        host = new HostileHost(trace, options.chance);
        network = new VirtualNetwork(0x0a00_0200, 24, MTU, 0, options.isHostLoopback, true, options.ipv6);
        stack = new NetworkStack(
                new StackConfig(network, TCP, UDP, options.secretHi, options.secretLo),
                link,
                host,
                new SimResolver(),
                new PoisonedMemory(
                        options.isSmall ? area(poison, Slab.LARGEST_BLOCK_LENGTH) : poisoned(MEMORY_BYTES, poison),
                        poison),
                options.isSmall
                        ? area(poison, NetworkStack.MIN_READ_AREA_LENGTH)
                        : poisoned(NetworkStack.MIN_READ_AREA_LENGTH, poison),
                counters);
        if (options.ipv6 != null) {
            // The stack knows the guest; what it has said unasked is forgotten.
            in(Frames6.to(Frames6.icmp(128, 0, 1), Frames6.PREFIX, Frames6.GATEWAY_LO));
            link.take();
        }
    }

    public static Options options() {
        return new Options();
    }

    /// A world in which the host does what it is asked to.
    public static HostileWorld start() {
        return options().start();
    }

    private static UnsafeBuffer poisoned(final int length, final byte poison) {
        final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, 4096));
        buffer.setMemory(0, length, poison);
        return buffer;
    }

    /// Direct memory is slow to make and slower to give back.
    private static UnsafeBuffer area(final byte poison, final int length) {
        final UnsafeBuffer kept =
                AREAS.computeIfAbsent((poison & 0xffL) << 32 | length, key -> poisoned(length, poison));
        kept.setMemory(0, length, poison);
        return kept;
    }

    public PoisonedLink link() {
        return link;
    }

    public HostileHost host() {
        return host;
    }

    public NetworkStack stack() {
        return stack;
    }

    public VirtualNetwork network() {
        return network;
    }

    /// Hash over all that the stack has done.
    public long traceHash() {
        return trace.value();
    }

    public long count(final Counter counter) {
        return counters.get(counter);
    }

    /// Has the stack find frames together, and serves it until it comes to rest.
    public HostileWorld in(final byte[]... frames) {
        for (final byte[] frame : frames) {
            link.offer(frame);
        }
        settle();
        return this;
    }

    /// Serves stack and host until nothing happens any more at this time.
    public void settle() {
        int turns = 0;
        do {
            host.tell();
            if (++turns > 10_000) {
                throw new AssertionError("the stack does not come to rest at " + nowNs);
            }
        } while (stack.doWork(nowNs) || host.hasEvents());
    }

    /// Lets time pass, with all deadlines in between.
    public HostileWorld pass(final long milliseconds) {
        final long endNs = nowNs + milliseconds * 1_000_000;
        settle();
        while (stack.nextDeadlineNs() - endNs <= 0) {
            nowNs = Math.max(nowNs, stack.nextDeadlineNs());
            settle();
        }
        nowNs = endNs;
        settle();
        return this;
    }

    /// Moves the clock without serving anybody.
    void advance(final long nanoseconds) {
        nowNs += nanoseconds;
    }

    /// What the stack has sent since the last call.
    public List<Packet> out() {
        final List<Packet> packets = new ArrayList<>();
        link.take().forEach(frame -> packets.add(parser.parse(frame)));
        return packets;
    }

    /// IPv6 frames that the stack has sent since the last call, each looked at as a strict kernel would.
    public List<byte[]> out6() {
        final List<byte[]> frames = link.take();
        frames.forEach(HostileWorld::check6);
        return frames;
    }

    /// IPv4 and ARP frames that the stack has sent since the last call; those of IPv6 are only looked at.
    List<Packet> outOfBoth() {
        final List<Packet> packets = new ArrayList<>();
        for (final byte[] frame : link.take()) {
            if (Raw.u16(frame, Raw.ETHER_TYPE) == 0x86dd) {
                check6(frame);
            } else {
                packets.add(parser.parse(frame));
            }
        }
        return packets;
    }

    private static void check6(final byte[] frame) {
        assertEquals(0x86dd, Raw.u16(frame, Raw.ETHER_TYPE), "EtherType");
        assertEquals(6, Raw.u8(frame, Raw.IP) >>> 4, "version");
        assertEquals(frame.length - Frames6.TRANSPORT, Raw.u16(frame, Raw.IP + 4), "payload length");
        final int protocol = Raw.u8(frame, Raw.IP + 6);
        final boolean isPartial = frame[0] == 1;
        if (!isPartial) {
            assertArrayEquals(new byte[VNET_LENGTH], Arrays.copyOf(frame, VNET_LENGTH), "virtio-net header");
        }
        if (!isPartial && protocol != Frames6.FRAGMENT) {
            assertEquals(0xffff, Frames6.sum(frame, Frames6.TRANSPORT, protocol), "checksum");
        }
    }

    /// The only frame sent since the last call.
    public Packet only() {
        final List<Packet> packets = out();
        assertEquals(1, packets.size(), () -> "frames sent: " + packets);
        return packets.getFirst();
    }

    /// The frame must be dropped under this name and no other, without a word to anybody; then the stack must go on
    /// working.
    public void expectDrop(final Counter reason, final byte[] frame) {
        final Map<Counter, Long> before = drops();
        before.merge(reason, 1L, Long::sum);
        final int connected = host.connected().size();
        final int datagrams = host.datagrams().size();
        final int echoes = host.echoes().size();
        in(frame);
        assertEquals(List.of(), out(), "frames sent");
        assertEquals(before, drops());
        assertEquals(connected, host.connected().size(), "connections of the host");
        assertEquals(datagrams, host.datagrams().size(), "datagrams of the host");
        assertEquals(echoes, host.echoes().size(), "echo requests of the host");
        expectWorking();
    }

    private Map<Counter, Long> drops() {
        final Map<Counter, Long> drops = new EnumMap<>(Counter.class);
        for (final Counter counter : Counter.values()) {
            if (counter.name().startsWith("DROP_") && count(counter) != 0) {
                drops.put(counter, count(counter));
            }
        }
        return drops;
    }

    /// A new connection must be made, carry bytes, and end.
    public void expectWorking() {
        out();
        final int port = nextPort++;
        final byte[] none = new byte[0];
        in(Frames.tcp(port, Frames.SERVER, 80, Frames.SYN, 1_000, 0, none));
        final Packet answer = only();
        assertEquals(Frames.SYN | Frames.ACK, answer.flags(), answer::toString);
        assertEquals(1_001, answer.ack());
        final byte[] hello = {'h', 'e', 'l', 'l', 'o'};
        in(Frames.tcp(port, Frames.SERVER, 80, Frames.ACK | Frames.PSH, 1_001, answer.seq() + 1, none, hello));
        if (host.isRecording()) {
            assertArrayEquals(hello, host.stream().taken());
        }
        in(Frames.tcp(port, Frames.SERVER, 80, Frames.RST, 1_006, 0, none));
        assertTrue(host.stream().isReset());
        out();
    }

    /// Time passes until nothing is due any more: nothing may be left of any flow.
    public void expectNothingLeft() {
        expectNothingLeft(0);
    }

    /// The same with sockets that listen on.
    void expectNothingLeft(final int openAtRest) {
        host.quiet();
        final long endNs = nowNs + 4 * 3600 * SECOND_NS;
        settle();
        while (stack.nextDeadlineNs() != Long.MAX_VALUE && !(network.ipv6() != null && isEmpty())) {
            nowNs = Math.max(nowNs, stack.nextDeadlineNs());
            assertTrue(nowNs - endNs < 0, () -> "deadlines without end: " + describe());
            settle();
        }
        assertTrue(isEmpty(), () -> "left: " + describe());
        expectIdle();
        assertEquals(openAtRest, host.open(), "sockets open");
    }

    private boolean isEmpty() {
        return describe().contains("tcp-flows 0 udp-flows 0 echo-flows 0 slab-used-bytes 0 ");
    }

    private String describe() {
        final StringBuilder text = new StringBuilder();
        stack.describe(text, nowNs);
        return text.toString();
    }

    /// In the next hour hardly a deadline comes up. The first minutes may see timers taken back before.
    private void expectIdle() {
        pass(300_000);
        link.take();
        final long endNs = nowNs + 3600 * SECOND_NS;
        int wakes = 0;
        while (stack.nextDeadlineNs() - endNs < 0 && stack.nextDeadlineNs() != Long.MAX_VALUE) {
            nowNs = Math.max(nowNs, stack.nextDeadlineNs());
            settle();
            wakes++;
        }
        assertTrue(wakes <= WAKES_PER_HOUR, "wake-ups in an hour of silence: " + wakes);
        link.take();
    }

    /// Payload memory; what is given back is poisoned.
    private static final class PoisonedMemory implements MemoryRegion {
        private final byte poison;
        private final UnsafeBuffer buffer;

        PoisonedMemory(final UnsafeBuffer buffer, final byte poison) {
            this.poison = poison;
            this.buffer = buffer;
        }

        @Override
        public UnsafeBuffer buffer() {
            return buffer;
        }

        @Override
        public void discard(final int offset, final int length) {
            buffer.setMemory(offset, length, poison);
        }
    }
}
