package dev.tailrace.tapio.tap;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.Ipv6Flyweight;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// One loop's part of a TAP with several queues.
///
/// The kernel spreads the guest's frames over the queues by a hash of their addresses and ports, and
/// remembers for some seconds by which queue we answered. So a TCP connection stays with the loop that
/// got its first segment. All else, and what is no SYN and nobody's here, is passed on: what is not TCP
/// to the first loop, which alone has mappings of datagrams, address resolution and the published ports;
/// a segment once around, until a loop knows its connection. The one copy that passing on takes is not
/// on the way of bulk data: the loop that has the connection answers by its own queue, and the kernel
/// sends what follows there.
///
/// [#receive], [#transmit] and [#passOn] belong to the loop's thread.
public final class SharedTap implements LinkPort {
    private static final int HEADERS_LENGTH = LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH;

    /// `MF` and the offset of a fragment (RFC 791 section 3.1).
    private static final int FRAGMENT_MASK = 0x3fff;

    private final TapDevice queue;
    private LinkDevice frames;
    private final int index;
    private final Counters counters;
    private final List<SharedTap> all;
    private final PassedFrames[] inbound;
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ipv4 = new Ipv4Flyweight();
    private final Ipv6Flyweight ipv6 = new Ipv6Flyweight();
    private volatile Runnable wakeup = () -> {};
    private int hops;

    private SharedTap(
            final TapDevice queue,
            final int index,
            final int count,
            final Counters counters,
            final List<SharedTap> all) {
        this.queue = queue;
        this.frames = queue;
        this.index = index;
        this.counters = counters;
        this.all = all;
        this.inbound = new PassedFrames[count];
        for (int producer = 0; producer < count; producer++) {
            inbound[producer] = new PassedFrames();
        }
    }

    /// Takes the queues over. Each part is closed by its own loop.
    ///
    /// @param first counts for the first part; the others get counters of their own
    /// @return the first part
    public static SharedTap share(final List<TapDevice> queues, final Counters first) {
        final List<SharedTap> all = new ArrayList<>();
        for (int index = 0; index < queues.size(); index++) {
            final Counters counters = index == 0 ? first : new Counters();
            all.add(new SharedTap(queues.get(index), index, queues.size(), counters, all));
        }
        return all.getFirst();
    }

    /// The other loops' parts.
    public List<SharedTap> others() {
        return all.subList(1, all.size());
    }

    /// Puts something between each part and its queue, the first one first, where every frame passes
    /// once. To be done before the loops turn.
    public <T extends LinkDevice> List<T> interpose(final Function<LinkDevice, T> maker) {
        final List<T> made = new ArrayList<>();
        for (final SharedTap part : all) {
            final T one = maker.apply(part.frames);
            part.frames = one;
            made.add(one);
        }
        return made;
    }

    /// What this part counts.
    public Counters counters() {
        return counters;
    }

    /// How to end the wait of this loop, from any thread.
    public void onPassedOn(final Runnable loopWakeup) {
        wakeup = loopWakeup;
    }

    @Override
    public int fd() {
        return queue.fd();
    }

    @Override
    public String closedText() {
        return queue.closedText();
    }

    @Override
    public boolean udpSegmentation() {
        return queue.udpSegmentation();
    }

    @Override // hot path
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        for (int producer = 0; producer < inbound.length; producer++) {
            if (producer != index && inbound[producer].take(buffer, offset)) {
                hops = inbound[producer].takenHops();
                return inbound[producer].takenLength();
            }
        }
        final int length = frames.receive(buffer, offset, capacity);
        hops = 0;
        if (length <= DRAINED || index == 0 || length > capacity || isOneLoops(buffer, offset, length)) {
            return length;
        }
        pass(0, 0, buffer, offset, length, buffer, offset, 0);
        return PASSED_ON;
    }

    @Override // hot path
    public boolean transmit(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        return frames.transmit(
                headers, headersOffset, headersLength, payload, firstOffset, firstLength, secondOffset, secondLength);
    }

    @Override
    public boolean passOn(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer packet,
            final int offset,
            final int length) {
        if (hops == all.size() - 1) {
            return false;
        }
        pass((index + 1) % all.size(), hops + 1, headers, headersOffset, headersLength, packet, offset, length);
        return true;
    }

    @Override
    public void close() {
        queue.close();
    }

    /// What is lost here for want of room TCP sends again, and others may.
    private void pass(
            final int target,
            final int newHops,
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer packet,
            final int offset,
            final int length) {
        final SharedTap other = all.get(target);
        if (other.inbound[index].offer(newHops, headers, headersOffset, headersLength, packet, offset, length)) {
            counters.increment(Counter.FRAMES_PASSED_ON);
            other.wakeup.run();
        } else {
            counters.increment(Counter.DROP_PASS_ON_FULL);
        }
    }

    /// Whether it is a whole TCP segment, by its first headers alone: any loop may have its connection.
    private boolean isOneLoops(final MutableDirectBuffer buffer, final int offset, final int length) {
        if (length < HEADERS_LENGTH + Ipv4Flyweight.HEADER_LENGTH) {
            return false;
        }
        frame.wrap(buffer, offset, length);
        final int etherType =
                ethernet.wrap(frame, LinkDevice.VNET_HEADER_LENGTH).etherType();
        if (etherType == EtherType.IPV4) {
            ipv4.wrap(frame, HEADERS_LENGTH);
            return ipv4.protocol() == IpProtocol.TCP && (ipv4.flagsAndOffset() & FRAGMENT_MASK) == 0;
        }
        return etherType == EtherType.IPV6
                && length >= HEADERS_LENGTH + Ipv6Flyweight.HEADER_LENGTH
                && ipv6.wrap(frame, HEADERS_LENGTH).nextHeader() == IpProtocol.TCP;
    }
}
