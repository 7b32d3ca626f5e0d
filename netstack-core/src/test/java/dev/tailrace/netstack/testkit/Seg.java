package dev.tailrace.netstack.testkit;

import java.util.Arrays;

/// One TCP segment (or super-segment) of a guest as a test writes it; [#frame] lays it down with all its headers.
///
/// Sequence numbers are absolute; [TcpBench] offers relative ones.
public final class Seg {
    private static final int VNET = PacketParser.VNET;
    private static final int ETHERNET = PacketParser.ETHERNET;

    int flags;
    int seq;
    int ack;
    int window = 65_535;
    int mss = Packet.ABSENT;
    int windowScale = Packet.ABSENT;
    boolean sackPermitted;
    boolean timestamps;
    int[] sack = {};
    int segmentBytes;
    int urgentPointer;
    byte[] payload = new byte[0];
    byte[] ipOptions = new byte[0];
    boolean isChecksumBroken;
    boolean isChecksumFull;

    private Seg(final int flags) {
        this.flags = flags;
    }

    public static Seg syn() {
        return new Seg(Packet.SYN);
    }

    public static Seg synAck() {
        return new Seg(Packet.SYN | Packet.ACK);
    }

    public static Seg ack() {
        return new Seg(Packet.ACK);
    }

    public static Seg fin() {
        return new Seg(Packet.FIN | Packet.ACK);
    }

    public static Seg rst() {
        return new Seg(Packet.RST);
    }

    public static Seg data(final byte... payload) {
        final Seg segment = new Seg(Packet.ACK | Packet.PSH);
        segment.payload = payload;
        return segment;
    }

    /// Payload of stream `key`.
    public static Seg data(final long key, final long streamOffset, final int length) {
        return data(Pattern.bytes(key, streamOffset, length));
    }

    /// Replaces `length` bytes of the payload by others, as a second copy that differs from the first.
    public Seg overwrite(final int offset, final int length) {
        for (int index = offset; index < offset + length; index++) {
            payload[index] ^= 0x55;
        }
        return this;
    }

    public Seg flags(final int all) {
        flags = all;
        return this;
    }

    /// Sets more flags.
    public Seg and(final int more) {
        flags |= more;
        return this;
    }

    public Seg seq(final int value) {
        seq = value;
        return this;
    }

    public Seg ack(final int value) {
        ack = value;
        return this;
    }

    public Seg window(final int field) {
        window = field;
        return this;
    }

    public Seg mss(final int bytes) {
        mss = bytes;
        return this;
    }

    public Seg windowScale(final int shift) {
        windowScale = shift;
        return this;
    }

    public Seg sackPermitted() {
        sackPermitted = true;
        return this;
    }

    public Seg timestamps() {
        timestamps = true;
        return this;
    }

    /// Tells by SACK what is held: starts and ends of blocks in turn, at most four.
    public Seg sack(final int... edges) {
        sack = edges;
        return this;
    }

    /// Makes it a super-segment of `bytes` each.
    public Seg gso(final int bytes) {
        segmentBytes = bytes;
        return this;
    }

    public Seg urgent(final int pointer) {
        urgentPointer = pointer;
        return and(Packet.URG);
    }

    /// IPv4 options, a multiple of 4 bytes.
    public Seg ipOptions(final byte... options) {
        ipOptions = options;
        return this;
    }

    /// A full checksum (as a forwarded packet has it) that does not hold.
    public Seg brokenChecksum() {
        isChecksumBroken = true;
        isChecksumFull = true;
        return this;
    }

    /// A full checksum, as a forwarded packet has it.
    public Seg fullChecksum() {
        isChecksumFull = true;
        return this;
    }

    int sequenceLength() {
        return payload.length + ((flags & Packet.SYN) != 0 ? 1 : 0) + ((flags & Packet.FIN) != 0 ? 1 : 0);
    }

    /// The frame, virtio-net header first, as a Linux guest's TAP would hand it out.
    public byte[] frame(final FrameAddresses to) {
        final byte[] options = options();
        final int ipLength = 20 + ipOptions.length;
        final int at = VNET + ETHERNET + ipLength;
        final int tcpLength = 20 + options.length + payload.length;
        final byte[] frame = new byte[at + tcpLength];
        vnet(frame, at, options.length);
        Octets.put48(frame, VNET, to.destinationMac());
        Octets.put48(frame, VNET + 6, to.sourceMac());
        Octets.put16(frame, VNET + 12, Packet.IPV4);
        ipv4(frame, to, ipLength, tcpLength);
        Octets.put16(frame, at, to.sourcePort());
        Octets.put16(frame, at + 2, to.destinationPort());
        Octets.put32(frame, at + 4, seq);
        Octets.put32(frame, at + 8, ack);
        frame[at + 12] = (byte) ((20 + options.length) << 2);
        frame[at + 13] = (byte) flags;
        Octets.put16(frame, at + 14, window);
        Octets.put16(frame, at + 18, urgentPointer);
        System.arraycopy(options, 0, frame, at + 20, options.length);
        System.arraycopy(payload, 0, frame, at + 20 + options.length, payload.length);
        checksum(frame, at, tcpLength, to);
        return frame;
    }

    private void vnet(final byte[] frame, final int at, final int optionsLength) {
        frame[0] = (byte) (isChecksumFull ? 0 : 1);
        if (segmentBytes != 0 && payload.length > segmentBytes) {
            frame[1] = 1;
            Octets.put16Native(frame, 2, at - VNET + 20 + optionsLength);
            Octets.put16Native(frame, 4, segmentBytes);
        }
        if (!isChecksumFull) {
            Octets.put16Native(frame, 6, at - VNET);
            Octets.put16Native(frame, 8, 16);
        }
    }

    private void ipv4(final byte[] frame, final FrameAddresses to, final int ipLength, final int tcpLength) {
        final int at = VNET + ETHERNET;
        frame[at] = (byte) (0x40 | ipLength / 4);
        Octets.put16(frame, at + 2, ipLength + tcpLength);
        Octets.put16(frame, at + 6, 0x4000);
        frame[at + 8] = 64;
        frame[at + 9] = Packet.TCP;
        Octets.put32(frame, at + 12, to.source());
        Octets.put32(frame, at + 16, to.destination());
        System.arraycopy(ipOptions, 0, frame, at + 20, ipOptions.length);
        Octets.put16(frame, at + 10, ~Octets.sum(frame, at, ipLength, 0));
    }

    private void checksum(final byte[] frame, final int at, final int length, final FrameAddresses to) {
        final int pseudo = Octets.pseudoHeader(to.source(), to.destination(), Packet.TCP, length);
        final int full = ~Octets.sum(frame, at, length, pseudo);
        Octets.put16(frame, at + 16, isChecksumFull ? full + (isChecksumBroken ? 1 : 0) : pseudo);
    }

    private byte[] options() {
        final byte[] options = new byte[40];
        int at = 0;
        if (mss != Packet.ABSENT) {
            options[at] = 2;
            options[at + 1] = 4;
            Octets.put16(options, at + 2, mss);
            at += 4;
        }
        if (sackPermitted) {
            options[at++] = 4;
            options[at++] = 2;
        }
        if (timestamps) {
            options[at++] = 8;
            options[at++] = 10;
            at += 8;
        }
        if (windowScale != Packet.ABSENT) {
            options[at++] = 3;
            options[at++] = 3;
            options[at++] = (byte) windowScale;
        }
        if (sack.length > 0) {
            options[at++] = 1;
            options[at++] = 1;
            options[at++] = 5;
            options[at++] = (byte) (2 + 4 * sack.length);
            for (final int edge : sack) {
                Octets.put32(options, at, edge);
                at += 4;
            }
        }
        return Arrays.copyOf(options, at + 3 & ~3);
    }
}
