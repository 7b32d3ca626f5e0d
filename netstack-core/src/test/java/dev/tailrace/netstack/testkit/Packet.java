package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.wire.IpAddress;

/// One frame in parts, as read by [PacketParser]. Fields of headers that the frame does not have are 0.
public final class Packet {
    public static final int ARP = 0x0806;
    public static final int IPV4 = 0x0800;
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;

    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;
    public static final int URG = 32;

    /// Value of [#mss] and [#windowScale] when the option is absent.
    public static final int ABSENT = -1;

    private static final String FLAG_LETTERS = "FSRP.UEW";

    byte[] frame = new byte[0];
    boolean needsChecksum;
    int gsoSize;
    long destinationMac;
    long sourceMac;
    int etherType;
    int arpOperation;
    int arpSender;
    int arpTarget;
    int source;
    int destination;
    int timeToLive;
    int protocol;
    int icmpType;
    int icmpCode;
    int sourcePort;
    int destinationPort;
    int seq;
    int ack;
    int flags;
    int window;
    int urgentPointer;
    int mss = ABSENT;
    int windowScale = ABSENT;
    boolean isSackPermitted;
    /// Starts and ends of the SACK blocks, in turn.
    int[] sack = {};
    boolean hasOtherOptions;
    int payloadOffset;
    int payloadLength;

    /// The whole frame, virtio-net header first.
    public byte[] frame() {
        return frame;
    }

    public boolean isTcp() {
        return etherType == IPV4 && protocol == TCP;
    }

    public boolean isArp() {
        return etherType == ARP;
    }

    public boolean isIcmp() {
        return etherType == IPV4 && protocol == ICMP;
    }

    /// Whether all of `mask` is set.
    public boolean has(final int mask) {
        return (flags & mask) == mask;
    }

    /// Payload per segment of a super-segment, or 0.
    public int gsoSize() {
        return gsoSize;
    }

    public int source() {
        return source;
    }

    public int destination() {
        return destination;
    }

    public int sourcePort() {
        return sourcePort;
    }

    public int destinationPort() {
        return destinationPort;
    }

    public int seq() {
        return seq;
    }

    public int ack() {
        return ack;
    }

    public int flags() {
        return flags;
    }

    /// The window field as it is, not scaled.
    public int window() {
        return window;
    }

    public int mss() {
        return mss;
    }

    public int windowScale() {
        return windowScale;
    }

    public boolean isSackPermitted() {
        return isSackPermitted;
    }

    /// Blocks of the SACK option.
    public int sackBlocks() {
        return sack.length / 2;
    }

    /// First sequence number of a block.
    public int sackStart(final int block) {
        return sack[2 * block];
    }

    /// Sequence number behind a block.
    public int sackEnd(final int block) {
        return sack[2 * block + 1];
    }

    public int payloadLength() {
        return payloadLength;
    }

    public int icmpType() {
        return icmpType;
    }

    public int icmpCode() {
        return icmpCode;
    }

    public int arpOperation() {
        return arpOperation;
    }

    /// Payload octet number `index`.
    public byte payload(final int index) {
        return frame[payloadOffset + index];
    }

    /// Sequence numbers that the segment takes.
    public int sequenceLength() {
        return payloadLength + ((flags & SYN) != 0 ? 1 : 0) + ((flags & FIN) != 0 ? 1 : 0);
    }

    /// Flags as tcpdump writes them: `S.` is SYN|ACK.
    public static String flagText(final int flags) {
        final StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < FLAG_LETTERS.length(); bit++) {
            if ((flags >>> bit & 1) != 0 && bit != 4) {
                text.append(FLAG_LETTERS.charAt(bit));
            }
        }
        return text.append((flags & ACK) != 0 ? "." : "").toString();
    }

    @Override
    public String toString() {
        if (isArp()) {
            return (arpOperation == 1 ? "ARP who-has " : "ARP is-at ") + IpAddress.formatIpv4(arpTarget) + " from "
                    + IpAddress.formatIpv4(arpSender);
        }
        final String from = IpAddress.formatIpv4(source);
        final String to = IpAddress.formatIpv4(destination);
        if (isIcmp()) {
            return from + " > " + to + " ICMP type " + icmpType + " code " + icmpCode;
        }
        if (!isTcp()) {
            return from + "." + sourcePort + " > " + to + "." + destinationPort + " proto " + protocol + " length "
                    + payloadLength;
        }
        final StringBuilder text = new StringBuilder();
        text.append(from).append('.').append(sourcePort).append(" > ");
        text.append(to).append('.').append(destinationPort);
        text.append(" [").append(flagText(flags)).append("] seq ").append(Integer.toUnsignedString(seq));
        if ((flags & ACK) != 0) {
            text.append(" ack ").append(Integer.toUnsignedString(ack));
        }
        text.append(" win ").append(window).append(" length ").append(payloadLength);
        if (gsoSize != 0) {
            text.append(" gso ").append(gsoSize);
        }
        if (mss != ABSENT) {
            text.append(" mss ").append(mss);
        }
        if (windowScale != ABSENT) {
            text.append(" wscale ").append(windowScale);
        }
        if (isSackPermitted) {
            text.append(" sackOK");
        }
        for (int block = 0; block < sackBlocks(); block++) {
            text.append(block == 0 ? " sack " : ",").append(Integer.toUnsignedString(sackStart(block)));
            text.append(':').append(Integer.toUnsignedString(sackEnd(block)));
        }
        return text.toString();
    }
}
