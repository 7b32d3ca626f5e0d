package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// A stack with IPv6 between frames made by hand and a simulated host; the clock stands still until told otherwise.
public final class Ipv6Bench {
    public static final long GUEST_MAC = 0x0242_0a00_0264L;
    public static final long OUR_MAC = 0x5255_0a00_0202L;
    public static final String GUEST = "fd00::64";
    public static final String SERVER = "2001:db8::7";
    private static final int MEMORY_BYTES = 8 << 20;
    private static final long FIRST_ADVERTISEMENT_NS = 3_000_000_000L;

    private final ArrayDeque<byte[]> toStack = new ArrayDeque<>();
    private final ArrayDeque<byte[]> fromStack = new ArrayDeque<>();
    private final SimWorld world = new SimWorld("ipv6", 1, 1_000_000_000L);
    private final SimHostSockets host = new SimHostSockets(world);
    private final Counters counters = new Counters();
    private final NetworkStack stack;
    private final boolean isSilentAtFirst;

    public Ipv6Bench() {
        this(new VirtualNetwork(0x0a00_0200, 24, 1500, 0, true, true, Ipv6Network.DEFAULT));
    }

    public Ipv6Bench(final VirtualNetwork network) {
        final UnsafeBuffer area =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(NetworkStack.MIN_READ_AREA_LENGTH, 64));
        stack = new NetworkStack(
                StackConfig.of(network, 11, 12),
                new Link(),
                host,
                new SimResolver(),
                new SimMemory(MEMORY_BYTES),
                area,
                counters);
        world.stack(new Driven());
        world.runFor(FIRST_ADVERTISEMENT_NS - 1);
        isSilentAtFirst = fromStack.isEmpty();
        world.runFor(1);
        // The first advertisement is out; the stack learns the guest by what it asks.
        fromStack.clear();
        if (network.ipv6() != null) {
            final byte[] asks = Ipv6Frames.bytes(
                    Ipv6Frames.octets(135, 0, 0, 0, 0, 0, 0, 0),
                    Ipv6Frames.address("fd00::9"),
                    Ipv6Frames.octets(1, 1, 0x02, 0x42, 0x0a, 0, 2, 0x64));
            send(Ipv6Frames.summed(
                    Ipv6Frames.frame(OUR_MAC, GUEST_MAC, GUEST, "ff02::1:ff00:9", Ipv6Frames.ICMPV6, 255, asks),
                    Ipv6Frames.ICMPV6,
                    2));
        }
    }

    /// Whether nothing was sent before the time of the first advertisement.
    public boolean isSilentAtFirst() {
        return isSilentAtFirst;
    }

    public NetworkStack stack() {
        return stack;
    }

    public SimHostSockets host() {
        return host;
    }

    public long count(final Counter counter) {
        return counters.get(counter);
    }

    /// Gives the stack a frame and a turn.
    ///
    /// @return the frames that came of it
    public List<byte[]> send(final byte[] frame) {
        toStack.add(frame);
        return after(0);
    }

    /// Gives the stack a turn after `deltaNs`.
    public List<byte[]> after(final long deltaNs) {
        world.runFor(deltaNs);
        return sent();
    }

    public long nowNs() {
        return world.nowNs();
    }

    /// What the stack has sent since it was asked last.
    public List<byte[]> sent() {
        final List<byte[]> frames = new ArrayList<>(fromStack);
        fromStack.clear();
        return frames;
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
            return text.toString();
        }
    }

    private final class Link implements LinkDevice {
        @Override
        public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
            final byte[] frame = toStack.poll();
            if (frame == null) {
                return DRAINED;
            }
            buffer.putBytes(offset, frame);
            return frame.length;
        }

        @Override
        public boolean transmit(
                final DirectBuffer headers,
                final int headersOffset,
                final int headersLength,
                final DirectBuffer payload,
                final int firstOffset,
                final int firstLength,
                final int secondOffset,
                final int secondLength) {
            fromStack.add(Gathered.frame(
                    headers,
                    headersOffset,
                    headersLength,
                    payload,
                    firstOffset,
                    firstLength,
                    secondOffset,
                    secondLength));
            return true;
        }

        @Override
        public boolean udpSegmentation() {
            return true;
        }
    }
}
