package dev.tailrace.netstack.testkit;

import java.util.Arrays;
import java.util.Locale;

/// What a test expects of one segment of the stack. Sequence numbers are relative to each side's SYN, as tcpdump's are.
public final class PacketAssert {
    private final RawTcp tcp;
    private final Packet packet;

    PacketAssert(final RawTcp tcp, final Packet packet) {
        this.tcp = tcp;
        this.packet = packet;
    }

    /// The packet itself.
    public Packet packet() {
        return packet;
    }

    /// Exactly these flags; PSH may be there too.
    public PacketAssert flags(final int flags) {
        return require(
                (packet.flags() & ~Packet.PSH) == (flags & ~Packet.PSH), "flags [" + Packet.flagText(flags) + "]");
    }

    public PacketAssert seq(final int relative) {
        return require(packet.seq() - tcp.stackIss() == relative, "seq " + relative);
    }

    public PacketAssert ack(final int relative) {
        return require(packet.ack() - tcp.guestIss() == relative, "ack " + relative);
    }

    public PacketAssert rawSeq(final int absolute) {
        return require(packet.seq() == absolute, "seq " + absolute);
    }

    public PacketAssert length(final int bytes) {
        return require(packet.payloadLength() == bytes, "length " + bytes);
    }

    /// The window in bytes, scaled.
    public PacketAssert window(final int bytes) {
        return require(windowBytes() == bytes, "window of " + bytes + " bytes");
    }

    public PacketAssert mss(final int bytes) {
        return require(packet.mss() == bytes, "mss " + bytes);
    }

    public PacketAssert windowScale(final int shift) {
        return require(packet.windowScale() == shift, "wscale " + shift);
    }

    public PacketAssert gso(final int bytes) {
        return require(packet.gsoSize() == bytes, "gso " + bytes);
    }

    /// Exactly these SACK blocks: starts and ends in turn, none for no such option.
    public PacketAssert sack(final int... relativeEdges) {
        final int[] edges = relativeEdges.clone();
        for (int index = 0; index < edges.length; index++) {
            edges[index] += tcp.guestIss();
        }
        return require(Arrays.equals(edges, packet.sack), "SACK " + Arrays.toString(relativeEdges));
    }

    /// Payload is stream `key` from `streamOffset` on.
    public PacketAssert payload(final long key, final long streamOffset) {
        final int wrong =
                Pattern.mismatch(key, streamOffset, packet.frame(), packet.payloadOffset, packet.payloadLength());
        return require(wrong < 0, "the host's bytes from " + streamOffset + " on, differs at " + wrong);
    }

    /// The window in bytes, scaled.
    public int windowBytes() {
        return packet.window() << (packet.has(Packet.SYN) ? 0 : tcp.stackShift());
    }

    private PacketAssert require(final boolean condition, final String expected) {
        if (!condition) {
            throw tcp.failure("expected " + expected + ", got " + relative());
        }
        return this;
    }

    private String relative() {
        return String.format(
                Locale.ROOT,
                "[%s] seq %d ack %d win %d length %d gso %d mss %d wscale %d sack %s",
                Packet.flagText(packet.flags()),
                packet.seq() - tcp.stackIss(),
                packet.ack() - tcp.guestIss(),
                windowBytes(),
                packet.payloadLength(),
                packet.gsoSize(),
                packet.mss(),
                packet.windowScale(),
                Arrays.toString(Arrays.stream(packet.sack)
                        .map(edge -> edge - tcp.guestIss())
                        .toArray()));
    }
}
