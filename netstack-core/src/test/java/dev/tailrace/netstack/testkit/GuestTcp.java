package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.wire.IpAddress;

/// One TCP connection of a guest: a small model of a Linux endpoint that shares no code with the stack.
public final class GuestTcp {
    private static final long SYN_RETRY_NS = 1_000_000_000L;
    private static final int NO_ERROR = -1;

    /// Where a connection is; the ends of the two directions are kept by the two halves.
    public enum Phase {
        SYN_SENT,
        SYN_RECEIVED,
        OPEN,
        CLOSED,
        RESET
    }

    private final GuestHost host;
    private final GuestOptions options;
    private final FrameAddresses addresses;
    private final GuestSendSide sender;
    private final GuestReceiveSide receiver;
    private Phase phase;
    private boolean isSackPermitted;
    private int peerShift;
    private int ourShift;
    private int synRetries;
    private int unreachableCode = NO_ERROR;
    private long lastHeardNs;
    private long ignoredResets;

    GuestTcp(final GuestHost host, final GuestOptions options, final FrameAddresses addresses, final Phase initial) {
        this.host = host;
        this.options = options;
        this.addresses = addresses;
        this.phase = initial;
        final long written = StreamKeys.fromGuest(addresses.destinationPort());
        final long read = options.isEchoExpected ? written : StreamKeys.fromHost(addresses.destinationPort());
        this.sender = new GuestSendSide(this, options, written);
        this.receiver = new GuestReceiveSide(this, options, read);
        this.lastHeardNs = host.world().nowNs();
    }

    public Phase phase() {
        return phase;
    }

    public boolean isOpen() {
        return phase == Phase.OPEN;
    }

    public boolean isReset() {
        return phase == Phase.RESET;
    }

    /// Whether nothing more is to come in either direction.
    public boolean isDead() {
        return phase == Phase.CLOSED || phase == Phase.RESET;
    }

    /// Whether both directions have ended in order and our FIN is acknowledged.
    public boolean isFinished() {
        return phase == Phase.OPEN && receiver.isEnded() && sender.isFinAcknowledged();
    }

    /// Whether the peer has ended its direction and all before it has arrived.
    public boolean hasPeerEnded() {
        return receiver.isEnded();
    }

    public boolean isAllAcknowledged() {
        return sender.isAllAcknowledged();
    }

    /// Bytes received in order.
    public long received() {
        return receiver.received();
    }

    /// Bytes that the application has read.
    public long bytesRead() {
        return receiver.bytesRead();
    }

    /// Bytes of ours that the peer has acknowledged.
    public long acknowledged() {
        return sender.acknowledged();
    }

    /// Retransmission time-outs of ours.
    public long timeouts() {
        return sender.timeouts();
    }

    /// Code of an ICMP destination unreachable that came about this connection, or -1.
    public int unreachableCode() {
        return unreachableCode;
    }

    /// RSTs that came with a sequence number that must be ignored.
    public long ignoredResets() {
        return ignoredResets;
    }

    public int localPort() {
        return addresses.sourcePort();
    }

    public FrameAddresses addresses() {
        return addresses;
    }

    public void write(final long bytes) {
        sender.write(bytes);
    }

    /// Ends our direction behind what is written.
    public void close() {
        if (!sender.isFinQueued()) {
            sender.finish();
        }
    }

    /// Resets the connection.
    public void abort() {
        if (!isDead()) {
            emit(Seg.rst().and(Packet.ACK).seq(sender.highest()));
            phase = Phase.CLOSED;
        }
    }

    /// Goes away without a word, as a guest that was killed.
    public void vanish() {
        phase = Phase.CLOSED;
        host.forget(this);
    }

    public void reading(final boolean now) {
        receiver.reading(now);
    }

    /// Advertises exactly `bytes` from now on and takes no more, or behaves again when negative.
    public void forceWindow(final int bytes) {
        receiver.forceWindow(bytes);
        if (isOpen()) {
            acknowledge();
        }
    }

    /// Sends a keep-alive probe (RFC 9293 section 3.8.4).
    public void probe() {
        emit(Seg.ack().seq(sender.highest() - 1));
    }

    void connect() {
        emit(handshake(Seg.syn()));
        scheduleHandshakeRetry();
    }

    void accept(final Packet syn) {
        learn(syn);
        emit(handshake(Seg.synAck()));
        scheduleHandshakeRetry();
    }

    void segment(final Packet packet) {
        lastHeardNs = world().nowNs();
        if (packet.has(Packet.RST)) {
            reset(packet);
            return;
        }
        switch (phase) {
            case SYN_SENT -> answered(packet);
            case SYN_RECEIVED, OPEN -> established(packet);
            case CLOSED, RESET -> {}
        }
    }

    void unreachable(final int code) {
        unreachableCode = code;
        if (phase == Phase.SYN_SENT) {
            phase = Phase.CLOSED;
        }
    }

    void emit(final Seg segment) {
        final boolean isSyn = (segment.flags & Packet.SYN) != 0;
        if ((segment.flags & Packet.ACK) != 0) {
            segment.ack(receiver.acknowledgement());
        }
        segment.window(receiver.windowField(isSyn ? 0 : ourShift));
        if (isSackPermitted && segment.flags == Packet.ACK && segment.payload.length == 0) {
            segment.sack(receiver.selective());
        }
        receiver.acknowledged();
        host.send(segment.frame(addresses));
    }

    void acknowledge() {
        emit(Seg.ack().seq(sender.sequence()));
    }

    void onPeerEnded() {
        if (options.isClosingAfterPeer) {
            close();
        }
    }

    void onSendProgress() {
        if (isFinished()) {
            host.onFinished(this);
        }
    }

    SimWorld world() {
        return host.world();
    }

    void require(final boolean condition, final String message) {
        if (!condition) {
            throw new AssertionError("guest port " + addresses.sourcePort() + ": " + message);
        }
    }

    private void answered(final Packet packet) {
        if (!packet.has(Packet.SYN | Packet.ACK) || packet.ack() != options.initialSequence + 1) {
            host.reject(packet);
            return;
        }
        learn(packet);
        phase = Phase.OPEN;
        acknowledge();
        sender.push();
        scheduleKeepAlive();
    }

    private void established(final Packet packet) {
        if (packet.has(Packet.SYN)) {
            if (phase == Phase.SYN_RECEIVED && !packet.has(Packet.ACK)) {
                emit(handshake(Seg.synAck()));
            } else {
                acknowledge();
            }
            return;
        }
        if (!packet.has(Packet.ACK)) {
            throw new AssertionError("a segment without ACK: " + packet);
        }
        if (phase == Phase.SYN_RECEIVED && packet.ack() == options.initialSequence + 1) {
            phase = Phase.OPEN;
            scheduleKeepAlive();
        }
        if (!receiver.isAcceptable(packet)) {
            acknowledge();
            return;
        }
        require(isSackPermitted || packet.sackBlocks() == 0, "SACK that was not permitted: " + packet);
        sender.acknowledgement(packet, peerShift);
        receiver.segment(packet);
    }

    private void reset(final Packet packet) {
        final boolean isAcceptable = phase == Phase.SYN_SENT
                ? packet.has(Packet.ACK) && packet.ack() == options.initialSequence + 1
                : packet.seq() == receiver.acknowledgement();
        if (isAcceptable && !isDead()) {
            phase = Phase.RESET;
        } else if (!isDead()) {
            ignoredResets++;
            acknowledge();
        }
    }

    private void learn(final Packet syn) {
        receiver.start(syn.seq());
        sender.start(syn.mss(), syn.window());
        final boolean isScaled = options.windowScale != Packet.ABSENT && syn.windowScale() != Packet.ABSENT;
        peerShift = isScaled ? syn.windowScale() : 0;
        ourShift = isScaled ? options.windowScale : 0;
        isSackPermitted = options.isSackOffered && syn.isSackPermitted();
    }

    private Seg handshake(final Seg segment) {
        segment.seq(options.initialSequence).mss(options.mss).windowScale(options.windowScale);
        return options.isSackOffered ? segment.sackPermitted() : segment;
    }

    private void scheduleHandshakeRetry() {
        final Phase waiting = phase;
        world().after(SYN_RETRY_NS << synRetries, () -> {
            if (phase == waiting && synRetries < 6) {
                synRetries++;
                emit(handshake(waiting == Phase.SYN_SENT ? Seg.syn() : Seg.synAck()));
                scheduleHandshakeRetry();
            }
        });
    }

    private void scheduleKeepAlive() {
        if (options.keepAliveNs > 0) {
            world().after(options.keepAliveNs, () -> {
                if (isOpen()) {
                    if (world().nowNs() - lastHeardNs >= options.keepAliveNs) {
                        probe();
                    }
                    scheduleKeepAlive();
                }
            });
        }
    }

    @Override
    public String toString() {
        return "guest " + addresses.sourcePort() + " > " + IpAddress.formatIpv4(addresses.destination()) + ":"
                + addresses.destinationPort() + " " + phase + " written " + sender.written() + " acknowledged "
                + sender.acknowledged() + " received " + receiver.received()
                + (receiver.isEnded() ? " peer ended" : "") + (sender.isFinAcknowledged() ? " FIN acknowledged" : "");
    }
}
