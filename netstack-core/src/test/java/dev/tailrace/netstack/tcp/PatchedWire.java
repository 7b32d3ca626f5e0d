package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.host.HostAcceptor;
import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.testkit.FrameAddresses;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.SimMemory;
import dev.tailrace.netstack.testkit.SimResolver;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// One established flow between a link and a host that both allocate nothing: frames are made once and patched.
final class PatchedWire implements LinkDevice, HostSockets {
    private static final int TCP = 10 + 14 + 20;
    private static final int PAYLOAD_BYTES = 64_240;
    private static final int GUEST_ISS = 1_000;

    final NetworkStack stack;
    int hostTakesBytes = Integer.MAX_VALUE;

    private final UnsafeBuffer data;
    private final UnsafeBuffer acknowledgement;
    private final UnsafeBuffer selective;
    private final UnsafeBuffer syn;
    private UnsafeBuffer waiting;
    private boolean isWaiting;
    private HostStreamListener listener = new Nobody();
    private long nowNs = 1_000_000_000L;
    private int guestNext = GUEST_ISS + 1;
    private int stackNext;
    private int sourceBytes;
    private int room;

    PatchedWire() {
        final VirtualNetwork network = new VirtualNetwork(0x0a00_0200, 24, 1_500, 0, true, true);
        final FrameAddresses addresses = new FrameAddresses(
                Sim.GUEST_MAC, VirtualNetwork.macOf(network.gateway()), network.guest(), 40_000, Sim.SERVER, 80);
        data = offHeap(
                Seg.data(new byte[PAYLOAD_BYTES]).gso(1_460).window(8_000).frame(addresses));
        acknowledgement = offHeap(Seg.ack().window(8_000).frame(addresses));
        selective = offHeap(Seg.ack().window(8_000).sack(0, 0).frame(addresses));
        syn = offHeap(Seg.syn()
                .sackPermitted()
                .seq(GUEST_ISS)
                .mss(1_460)
                .windowScale(7)
                .frame(addresses));
        waiting = syn;
        final UnsafeBuffer area =
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(NetworkStack.MIN_READ_AREA_LENGTH, 64));
        stack = new NetworkStack(
                StackConfig.of(network, 1, 2),
                this,
                this,
                new SimResolver(),
                new SimMemory(32 << 20),
                area,
                new Counters());
        deliver(syn);
        listener.onConnect(0);
        work();
        acknowledge();
    }

    /// One super-segment of the guest, taken by the host.
    void upload() {
        room = hostTakesBytes;
        sendData(guestNext);
        guestNext += PAYLOAD_BYTES;
    }

    /// One super-segment of the guest of which the host takes the rest when asked again.
    void uploadAndDrain() {
        upload();
        room = Integer.MAX_VALUE;
        listener.onReady(false, true, false);
        work();
    }

    /// One super-segment of the host, acknowledged by the guest.
    void download() {
        sourceBytes = PAYLOAD_BYTES;
        listener.onReady(true, false, false);
        work();
        acknowledge();
    }

    /// A hole and what fills it, a repetition, a probe, and a retransmission that the timer makes.
    void disorder() {
        room = Integer.MAX_VALUE;
        sendData(guestNext + 1);
        sendData(guestNext - PAYLOAD_BYTES);
        sendData(guestNext);
        guestNext += PAYLOAD_BYTES + 1;
        sourceBytes = PAYLOAD_BYTES;
        listener.onReady(true, false, false);
        work();
        nowNs += 300_000_000L;
        work();
        acknowledge();
    }

    /// One super-segment of the host of which the guest misses the first third.
    void recover() {
        sourceBytes = PAYLOAD_BYTES;
        final int from = stackNext;
        listener.onReady(true, false, false);
        work();
        final int end = stackNext;
        stackNext = from;
        patch(selective, guestNext);
        selective.putInt(TCP + 24, from + PAYLOAD_BYTES / 3, java.nio.ByteOrder.BIG_ENDIAN);
        selective.putInt(TCP + 28, end, java.nio.ByteOrder.BIG_ENDIAN);
        deliver(selective);
        stackNext = end;
        acknowledge();
    }

    private void sendData(final int sequence) {
        patch(data, sequence);
        deliver(data);
    }

    private void acknowledge() {
        patch(acknowledgement, guestNext);
        deliver(acknowledgement);
    }

    private void patch(final UnsafeBuffer frame, final int sequence) {
        frame.putInt(TCP + 4, sequence, java.nio.ByteOrder.BIG_ENDIAN);
        frame.putInt(TCP + 8, stackNext, java.nio.ByteOrder.BIG_ENDIAN);
    }

    private void deliver(final UnsafeBuffer frame) {
        waiting = frame;
        isWaiting = true;
        work();
    }

    private void work() {
        nowNs += 1_000;
        while (stack.doWork(nowNs)) {
            nowNs++;
        }
    }

    private static UnsafeBuffer offHeap(final byte[] frame) {
        final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(frame.length));
        buffer.putBytes(0, frame);
        return buffer;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        if (!isWaiting) {
            return DRAINED;
        }
        isWaiting = false;
        buffer.putBytes(offset, waiting, 0, waiting.capacity());
        return waiting.capacity();
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
        final int flags = headers.getByte(headersOffset + TCP + 13);
        final int taken = (flags & 2) + firstLength + secondLength;
        final int sequence = headers.getInt(headersOffset + TCP + 4, java.nio.ByteOrder.BIG_ENDIAN);
        stackNext = (flags & 2) != 0 ? sequence + 1 : sequence + taken;
        return true;
    }

    @Override
    public boolean udpSegmentation() {
        return true;
    }

    @Override
    public HostStream connect(
            final long addressHi, final long addressLo, final int port, final HostStreamListener hears) {
        listener = hears;
        return new Stream();
    }

    @Override
    public @Nullable HostDatagram datagram(final boolean ipv6, final HostDatagramListener hears) {
        return null;
    }

    @Override
    public HostDatagram datagramBoundTo(
            final long addressHi, final long addressLo, final int port, final HostDatagramListener hears) {
        throw new UnsupportedOperationException("no datagrams here");
    }

    @Override
    public @Nullable HostEcho echo(final boolean ipv6, final HostEchoListener hears) {
        return null;
    }

    @Override
    public HostListener listen(
            final long addressHi, final long addressLo, final int port, final HostAcceptor acceptor) {
        throw new UnsupportedOperationException("no listeners here");
    }

    @Override
    public int lastErrno() {
        return HostErrno.EMFILE;
    }

    @Override
    public void flushDatagrams() {
        // None are ever queued.
    }

    /// Takes as much as there is room for, and has as much as a cycle put there.
    private final class Stream implements HostStream {
        @Override
        public int send(final DirectBuffer buffer, final int offset, final int length) {
            final int taken = Math.min(room, length);
            room -= taken;
            return taken > 0 ? taken : HostErrno.WOULD_BLOCK;
        }

        @Override
        public int receive(final MutableDirectBuffer buffer, final int offset, final int length) {
            final int given = Math.min(sourceBytes, length);
            sourceBytes -= given;
            return given > 0 ? given : HostErrno.WOULD_BLOCK;
        }

        @Override
        public void shutdownOutput() {
            throw new AssertionError("nobody has ended");
        }

        @Override
        public void close() {
            throw new AssertionError("nobody has ended");
        }

        @Override
        public void reset() {
            throw new AssertionError("nobody has reset");
        }
    }

    private static final class Nobody implements HostStreamListener {
        @Override
        public void onConnect(final int errno) {
            throw new AssertionError("no connection yet");
        }

        @Override
        public void onReady(final boolean readable, final boolean writable, final boolean hangup) {
            throw new AssertionError("no connection yet");
        }
    }
}
