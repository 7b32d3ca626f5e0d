package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.ip.VirtualNetwork;

/// One connection of a [TcpBench], segment by segment. Sequence and acknowledgement numbers are relative to each side's
/// SYN: after the handshake the guest sends from 1 and acknowledges 1.
public final class RawTcp {
    private static final int DEFAULT_GUEST_ISS = 0x0badcafe;

    private final TcpBench bench;
    private final FrameAddresses addresses;
    private int guestIss = DEFAULT_GUEST_ISS;
    private int stackIss;
    private int stackShift;
    private int acknowledged = 1;

    RawTcp(final TcpBench bench, final int guestPort, final int remote, final int remotePort) {
        this.bench = bench;
        final VirtualNetwork network = bench.sim().network();
        this.addresses = new FrameAddresses(
                Sim.GUEST_MAC, VirtualNetwork.macOf(network.gateway()), network.guest(), guestPort, remote, remotePort);
    }

    public RawTcp guestIss(final int sequence) {
        guestIss = sequence;
        return this;
    }

    public int guestIss() {
        return guestIss;
    }

    public int stackIss() {
        return stackIss;
    }

    /// The shift that the stack's windows are read with.
    public int stackShift() {
        return stackShift;
    }

    public FrameAddresses addresses() {
        return addresses;
    }

    /// Key of what the guest sends.
    public long guestKey() {
        return StreamKeys.fromGuest(addresses.destinationPort());
    }

    /// Key of what the host sends.
    public long hostKey() {
        return StreamKeys.fromHost(addresses.destinationPort());
    }

    /// The host's end.
    public SimHostStream host() {
        return bench.sim().host().stream(addresses.destinationPort());
    }

    /// A SYN as Linux sends it: MSS 1460, SACK permitted, window scale 7.
    public Seg linuxSyn() {
        return Seg.syn().mss(1_460).sackPermitted().windowScale(7).window(64_240);
    }

    /// The whole handshake with [#linuxSyn].
    public RawTcp handshake() {
        return handshake(linuxSyn());
    }

    public RawTcp handshake(final Seg syn) {
        in(syn);
        expectSynAck();
        in(Seg.ack().seq(1).ack(1).window(syn.windowScale == Packet.ABSENT ? 65_535 : 512));
        return this;
    }

    /// SYN|ACK is next; its sequence number and window scale count from now on.
    public PacketAssert expectSynAck() {
        final Packet packet = bench.next();
        stackIss = packet.seq();
        stackShift = packet.windowScale() != Packet.ABSENT ? packet.windowScale() : 0;
        return new PacketAssert(this, packet).flags(Packet.SYN | Packet.ACK).ack(1);
    }

    /// Answers the stack's SYN of a connection that the host began.
    public RawTcp accept(final Packet syn) {
        stackIss = syn.seq();
        stackShift = syn.windowScale() == Packet.ABSENT ? 0 : syn.windowScale();
        return in(Seg.synAck().ack(1).mss(1_460).windowScale(7).window(64_240));
    }

    /// Sends a segment of the guest with relative numbers, and lets happen what is due.
    public RawTcp in(final Seg segment) {
        bench.send(frame(segment));
        return this;
    }

    /// Payload of the guest's stream at its place: `relativeSeq` 1 is the first byte.
    public RawTcp data(final int relativeSeq, final int length) {
        return in(dataSegment(relativeSeq, length));
    }

    public Seg dataSegment(final int relativeSeq, final int length) {
        return Seg.data(guestKey(), relativeSeq - 1L, length)
                .seq(relativeSeq)
                .ack(acknowledged)
                .gso(1_460)
                .window(512);
    }

    /// Acknowledges up to the relative number, with a window field of 512 (65,536 bytes at scale 7).
    public RawTcp ack(final int guestSeq, final int relativeAck) {
        acknowledged = relativeAck;
        return in(Seg.ack().seq(guestSeq).ack(relativeAck).window(512));
    }

    /// The frame of a segment with relative numbers.
    public byte[] frame(final Seg segment) {
        segment.seq(segment.seq + guestIss);
        if ((segment.flags & Packet.ACK) != 0) {
            segment.ack(segment.ack + stackIss);
        }
        for (int edge = 0; edge < segment.sack.length; edge++) {
            segment.sack[edge] += stackIss;
        }
        return segment.frame(addresses);
    }

    /// The next frame of the stack must be a segment of this connection.
    public PacketAssert expect(final int flags) {
        final Packet packet = bench.next();
        if (!packet.isTcp()
                || packet.destinationPort() != addresses.sourcePort()
                || packet.sourcePort() != addresses.destinationPort()
                || packet.source() != addresses.destination()) {
            throw failure("expected a segment of this connection, got " + packet);
        }
        return new PacketAssert(this, packet).flags(flags);
    }

    /// Looks at a frame taken from [TcpBench#drain].
    public PacketAssert look(final Packet packet) {
        return new PacketAssert(this, packet);
    }

    public PacketAssert expectAck(final int relativeAck) {
        return expect(Packet.ACK).ack(relativeAck).length(0);
    }

    /// The next frame is payload of the host's stream at its place: `relativeSeq` 1 is the first byte.
    public PacketAssert expectData(final int relativeSeq, final int length) {
        return expect(Packet.ACK).seq(relativeSeq).length(length).payload(hostKey(), relativeSeq - 1L);
    }

    public RawTcp expectNothing() {
        bench.expectNothing();
        return this;
    }

    AssertionError failure(final String message) {
        return bench.failure(message);
    }
}
