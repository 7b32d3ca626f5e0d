package dev.tailrace.netstack.hostile;

import dev.tailrace.netstack.testkit.Packet;
import java.util.ArrayDeque;
import java.util.SplittableRandom;

/// Makes frames of every protocol, most of them spoiled, with sequence numbers near those of connections that the stack
/// has. A function of
/// its seed and of what it is told of the stack's frames.
final class FrameForge {
    private static final int FLOWS = 12;
    private static final int KEPT_WHOLE = 250;
    private static final int[] SIZES = {0, 0, 0, 1, 2, 7, 8, 100, 536, 1_400, 1_460, 4_000};
    private static final int[] ADDRESSES = {
        Frames.SERVER,
        Frames.SERVER,
        Frames.SERVER + 1,
        Frames.GATEWAY,
        Frames.NAME_SERVER,
        Frames.BROADCAST,
        -1,
        Frames.GUEST,
        0x0a00_0200,
        0x0a00_0250,
        0,
        0x7f00_0001,
        0xe000_0001,
        0xf000_0001
    };

    private final SplittableRandom random;
    private final Mutations mutations;
    private final FrameForge6 ipv6;
    private final Peer[] peers = new Peer[FLOWS];
    private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
    private int nextPort = 30_000;

    /// A connection as the guest knows it.
    private static final class Peer {
        int guestPort;
        int remote;
        int remotePort;
        int guestNext;
        int stackNext;
        boolean isOpen;
    }

    FrameForge(final long seed) {
        random = new SplittableRandom(seed);
        mutations = new Mutations(random.split());
        ipv6 = new FrameForge6(random.split());
        for (int index = 0; index < FLOWS; index++) {
            peers[index] = fresh();
        }
    }

    private Peer fresh() {
        final Peer peer = new Peer();
        peer.guestPort = nextPort++ & 0xffff | 1;
        peer.remote = ADDRESSES[random.nextInt(5)];
        peer.remotePort = peer.remote == Frames.NAME_SERVER ? 53 : 1 + random.nextInt(100);
        peer.guestNext = random.nextInt(4) == 0 ? -random.nextInt(3_000) : random.nextInt();
        return peer;
    }

    /// The next frame.
    byte[] next() {
        final byte[] answer = answers.poll();
        if (answer != null && random.nextInt(8) != 0) {
            return answer;
        }
        final byte[] frame = whole();
        return random.nextInt(1_000) < KEPT_WHOLE ? frame : mutations.apply(frame);
    }

    private byte[] whole() {
        if (random.nextInt(5) == 0) {
            return ipv6.next();
        }
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4, 5, 6, 7 -> segment();
            case 8, 9, 10 ->
                Frames.udp(
                        1 + random.nextInt(400), address(), 1 + random.nextInt(60), bytes(SIZES[random.nextInt(11)]));
            case 11 -> Frames.udp(1 + random.nextInt(400), Frames.NAME_SERVER, 53, bytes(random.nextInt(600)));
            case 12 -> superDatagram();
            case 13, 14 -> Frames.echo(address(), random.nextInt(600), random.nextInt(), bytes(random.nextInt(100)));
            case 15 -> Frames.icmp(random.nextInt(20), random.nextInt(16), address(), random.nextInt(), bytes(28));
            case 16 -> Frames.arp(1 + random.nextInt(2), address(), address());
            case 17 -> Frames.dhcp(Frames.GUEST_MAC + random.nextInt(20), dhcpOptions());
            default -> fragment();
        };
    }

    private byte[] segment() {
        final int index = random.nextInt(FLOWS);
        final Peer peer = peers[index];
        if (!peer.isOpen || random.nextInt(100) == 0) {
            return syn(index);
        }
        final int payload = random.nextInt(200) == 0 ? random.nextInt(60_000) : SIZES[random.nextInt(SIZES.length)];
        final byte[] frame = Frames.tcp(
                peer.guestPort,
                peer.remote,
                peer.remotePort,
                flags(),
                peer.guestNext + near(),
                peer.stackNext + near(),
                options(),
                bytes(payload));
        if (random.nextInt(4) == 0) {
            Raw.put16(frame, Raw.TRANSPORT + 14, random.nextInt(3) == 0 ? 0 : random.nextInt(0x1_0000));
        }
        if (payload > 1_460 || random.nextInt(3) == 0) {
            mutations.open(frame, payload > 1_460 ? 1 : 0, 1_460);
        }
        return Raw.fix(frame);
    }

    private byte[] syn(final int index) {
        if (random.nextInt(3) == 0) {
            peers[index] = fresh();
        }
        final Peer peer = peers[index];
        final byte[] options = random.nextBoolean() ? new byte[] {2, 4, 5, (byte) 0xb4, 1, 3, 3, 7} : options();
        return Frames.tcp(peer.guestPort, peer.remote, peer.remotePort, Frames.SYN, peer.guestNext - 1, 0, options);
    }

    private int flags() {
        return switch (random.nextInt(24)) {
            case 0 -> random.nextInt(256);
            case 1 -> Frames.FIN | Frames.ACK;
            case 2 -> random.nextInt(4) == 0 ? Frames.RST : Frames.ACK;
            case 3 -> Frames.ACK | Frames.URG;
            default -> Frames.ACK | Frames.PSH;
        };
    }

    /// Mostly 0; else a little beside it, a window beside it, or anything.
    private int near() {
        return switch (random.nextInt(24)) {
            case 0 -> random.nextInt(-3, 4);
            case 1 -> random.nextInt(-1_500, 1_500);
            case 2 -> random.nextInt(-70_000, 70_000);
            case 3 -> random.nextInt(8) == 0 ? random.nextInt() : 0;
            default -> 0;
        };
    }

    private byte[] options() {
        if (random.nextInt(5) != 0) {
            return new byte[0];
        }
        final byte[] options = bytes(4 * random.nextInt(11));
        for (int index = 0; index < options.length; index++) {
            if (random.nextBoolean()) {
                options[index] = (byte) random.nextInt(12);
            }
        }
        return options;
    }

    private byte[] superDatagram() {
        final int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 1_400 : 200);
        final byte[] frame = Frames.udp(1 + random.nextInt(400), address(), 9, bytes(size * (1 + random.nextInt(20))));
        return mutations.open(frame, 5, size);
    }

    private byte[] dhcpOptions() {
        final byte[] options = bytes(random.nextInt(80));
        for (int at = 0; at + 6 < options.length; at += 2 + options[at + 1]) {
            options[at] = new byte[] {53, 50, 54, 55, 12, 61, 0}[random.nextInt(7)];
            options[at + 1] = (byte) (options[at] == 53 ? 1 : 4);
            if (options[at] == 53) {
                options[at + 2] = (byte) random.nextInt(10);
            } else if (random.nextBoolean()) {
                Raw.put32(options, at + 2, 0x0a00_020f + random.nextInt(20));
            }
        }
        return options;
    }

    private byte[] fragment() {
        final int protocol = new int[] {17, 6, 1}[random.nextInt(3)];
        final int length = 8 * (1 + random.nextInt(20));
        final byte[] whole = Frames.udp(7, Frames.SERVER, 9, bytes(3 * length - 8));
        final int offset = length * random.nextInt(random.nextInt(50) == 0 ? 500 : 3);
        final byte[] payload = bytes(length);
        if (protocol == 17 && offset + length <= whole.length - Raw.TRANSPORT) {
            System.arraycopy(whole, Raw.TRANSPORT + offset, payload, 0, length);
        }
        final boolean isMore = offset < 2 * length;
        return Frames.fragment(protocol, Frames.SERVER, random.nextInt(24), Math.min(offset, 65_528), isMore, payload);
    }

    private int address() {
        return ADDRESSES[random.nextInt(random.nextInt(3) == 0 ? ADDRESSES.length : 5)];
    }

    private byte[] bytes(final int length) {
        final byte[] bytes = new byte[length];
        int state = random.nextInt() | 1;
        for (int index = 0; index < length; index++) {
            state = state * 0x0019_660d + 0x3c6e_f35f;
            bytes[index] = (byte) (state >>> 24);
        }
        return bytes;
    }

    /// Tells what the stack has sent.
    void learn(final Packet packet) {
        if (!packet.isTcp()) {
            return;
        }
        if (packet.flags() == Frames.SYN) {
            answerSyn(packet);
            return;
        }
        for (final Peer peer : peers) {
            if (peer.guestPort == packet.destinationPort() && peer.remotePort == packet.sourcePort()) {
                peer.isOpen = !packet.has(Frames.RST);
                final int end = packet.seq() + packet.sequenceLength();
                if (packet.has(Frames.SYN) || end - peer.stackNext > 0 || random.nextInt(50) == 0) {
                    peer.stackNext = end;
                }
                if (packet.has(Frames.ACK)) {
                    peer.guestNext = packet.ack();
                }
            }
        }
    }

    /// A client of the host has come: the connection becomes one of ours.
    private void answerSyn(final Packet syn) {
        final Peer peer = fresh();
        peer.guestPort = syn.destinationPort();
        peer.remote = syn.source();
        peer.remotePort = syn.sourcePort();
        peer.stackNext = syn.seq() + 1;
        peer.isOpen = true;
        peers[random.nextInt(FLOWS)] = peer;
        if (answers.size() < 100) {
            answers.add(Frames.tcp(
                    peer.guestPort,
                    peer.remote,
                    peer.remotePort,
                    random.nextInt(4) == 0 ? Frames.SYN : Frames.SYN | Frames.ACK,
                    peer.guestNext - 1,
                    peer.stackNext,
                    options()));
        }
    }
}
