package dev.tailrace.netstack.hostile;

import java.util.Arrays;

/// Well-formed frames of a guest with full checksums, virtio-net header first, for tests to spoil.
public final class Frames {
    public static final long GUEST_MAC = 0x0242_0a00_0264L;
    public static final long GATEWAY_MAC = 0x5255_0a00_0202L;
    public static final int GUEST = 0x0a00_0264;
    public static final int GATEWAY = 0x0a00_0202;
    public static final int NAME_SERVER = 0x0a00_0203;
    public static final int BROADCAST = 0x0a00_02ff;
    /// A server beyond the host, from a block for documentation (RFC 5737).
    public static final int SERVER = 0xc633_6407;

    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;
    public static final int URG = 32;

    private static final int IP = Raw.IP;
    private static final int TRANSPORT = Raw.TRANSPORT;

    private Frames() {}

    /// An Ethernet frame.
    public static byte[] ethernet(final int etherType, final int payloadLength) {
        final byte[] frame = new byte[IP + payloadLength];
        Raw.put48(frame, Raw.ETHERNET, GATEWAY_MAC);
        Raw.put48(frame, Raw.ETHERNET + 6, GUEST_MAC);
        return Raw.put16(frame, Raw.ETHER_TYPE, etherType);
    }

    /// An IPv4 packet of the guest.
    public static byte[] ipv4(final int protocol, final int destination, final byte[] payload) {
        final byte[] frame = ethernet(0x0800, 20 + payload.length);
        Raw.put16(frame, IP, 0x4500);
        Raw.put16(frame, IP + 2, 20 + payload.length);
        Raw.put8(frame, IP + 8, 64);
        Raw.put8(frame, IP + 9, protocol);
        Raw.put32(frame, IP + 12, GUEST);
        Raw.put32(frame, IP + 16, destination);
        System.arraycopy(payload, 0, frame, TRANSPORT, payload.length);
        return Raw.fixIp(frame, frame.length);
    }

    public static byte[] udp(final int sourcePort, final int destination, final int port, final byte... payload) {
        final byte[] datagram = new byte[8 + payload.length];
        Raw.put16(datagram, 0, sourcePort);
        Raw.put16(datagram, 2, port);
        Raw.put16(datagram, 4, datagram.length);
        System.arraycopy(payload, 0, datagram, 8, payload.length);
        return Raw.fix(ipv4(17, destination, datagram));
    }

    /// A segment to [#SERVER], options in front of the payload as they are (a multiple of 4 bytes).
    public static byte[] tcp(
            final int sourcePort,
            final int destination,
            final int port,
            final int flags,
            final int sequence,
            final int acknowledgement,
            final byte[] options,
            final byte... payload) {
        final byte[] segment = new byte[20 + options.length + payload.length];
        Raw.put16(segment, 0, sourcePort);
        Raw.put16(segment, 2, port);
        Raw.put32(segment, 4, sequence);
        Raw.put32(segment, 8, acknowledgement);
        Raw.put8(segment, 12, 20 + options.length << 2);
        Raw.put8(segment, 13, flags);
        Raw.put16(segment, 14, 0xffff);
        System.arraycopy(options, 0, segment, 20, options.length);
        System.arraycopy(payload, 0, segment, 20 + options.length, payload.length);
        return Raw.fix(ipv4(6, destination, segment));
    }

    /// An echo request.
    public static byte[] echo(final int destination, final int identifier, final int sequence, final byte... data) {
        return icmp(8, 0, destination, identifier << 16 | sequence & 0xffff, data);
    }

    public static byte[] icmp(
            final int type, final int code, final int destination, final int rest, final byte... data) {
        final byte[] message = new byte[8 + data.length];
        Raw.put8(message, 0, type);
        Raw.put8(message, 1, code);
        Raw.put32(message, 4, rest);
        System.arraycopy(data, 0, message, 8, data.length);
        return Raw.fix(ipv4(1, destination, message));
    }

    /// A piece of a datagram, `offset` in bytes.
    public static byte[] fragment(
            final int protocol,
            final int destination,
            final int identification,
            final int offset,
            final boolean isMore,
            final byte... payload) {
        final byte[] frame = ipv4(protocol, destination, payload);
        Raw.put16(frame, IP + 4, identification);
        Raw.put16(frame, IP + 6, (isMore ? 0x2000 : 0) | offset >>> 3);
        return Raw.fixIp(frame, frame.length);
    }

    public static byte[] arp(final int operation, final int sender, final int target) {
        final byte[] frame = ethernet(0x0806, 28);
        Raw.put48(frame, Raw.ETHERNET, 0xffff_ffff_ffffL);
        Raw.put32(frame, IP, 0x0001_0800);
        Raw.put16(frame, IP + 4, 0x0604);
        Raw.put16(frame, IP + 6, operation);
        Raw.put48(frame, IP + 8, GUEST_MAC);
        Raw.put32(frame, IP + 14, sender);
        return Raw.put32(frame, IP + 24, target);
    }

    /// A DHCP message of a client without an address.
    public static byte[] dhcp(final long client, final byte... options) {
        final byte[] message = new byte[240 + options.length];
        Raw.put32(message, 0, 0x0101_0600);
        Raw.put32(message, 4, 0x1234_5678);
        Raw.put48(message, 28, client);
        Raw.put32(message, 236, 0x6382_5363);
        System.arraycopy(options, 0, message, 240, options.length);
        final byte[] frame = udp(68, 0xffff_ffff, 67, message);
        Raw.put32(frame, IP + 12, 0);
        return Raw.fix(frame);
    }

    /// `length` bytes that count up.
    public static byte[] counting(final int length) {
        final byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++) {
            bytes[index] = (byte) index;
        }
        return bytes;
    }

    /// The frame with IPv4 options put in, a multiple of 4 bytes.
    public static byte[] withIpOptions(final byte[] frame, final byte... options) {
        final byte[] longer = Arrays.copyOf(frame, frame.length + options.length);
        System.arraycopy(options, 0, longer, TRANSPORT, options.length);
        System.arraycopy(frame, TRANSPORT, longer, TRANSPORT + options.length, frame.length - TRANSPORT);
        Raw.put8(longer, IP, 0x45 + options.length / 4);
        Raw.put16(longer, IP + 2, Raw.u16(frame, IP + 2) + options.length);
        return Raw.fixIp(longer, longer.length);
    }
}
