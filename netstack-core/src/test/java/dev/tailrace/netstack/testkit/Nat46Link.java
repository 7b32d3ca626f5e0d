package dev.tailrace.netstack.testkit;

import static dev.tailrace.netstack.testkit.Octets.sum;
import static dev.tailrace.netstack.testkit.Octets.u16;
import static dev.tailrace.netstack.testkit.Octets.u16Native;
import static dev.tailrace.netstack.testkit.Octets.u8;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.wire.InternetChecksum;
import dev.tailrace.netstack.wire.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Lets a guest that knows IPv4 only speak IPv6 to the stack: rewrites each frame on its way, so that everything that
/// is tested of TCP is tested over IPv6 too. Checks the IPv6 frames of the stack as strictly as [PacketParser] does
/// those of IPv4.
///
/// The virtual network's host `.n` is `::n` of the prefix, every other address is `64:ff9b::` and the address (RFC
/// 6052). ARP becomes neighbour discovery. Router advertisements stay here.
final class Nat46Link implements LinkDevice {
    private static final long WELL_KNOWN_HI = 0x0064_ff9b_0000_0000L;
    private static final int ETHERNET = VNET_HEADER_LENGTH;
    private static final int IP = ETHERNET + 14;
    private static final int MORE = 20;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int ALL_ONES = 0xffff;

    private final LinkDevice link;
    private final VirtualNetwork network;
    private final Ipv6Network ipv6;
    private final byte[] scratch = new byte[MAX_FRAME_LENGTH];

    /// @param link carries IPv4; `network` has an IPv6 side
    Nat46Link(final LinkDevice link, final VirtualNetwork network, final Ipv6Network ipv6) {
        this.link = link;
        this.network = network;
        this.ipv6 = ipv6;
    }

    @Override
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        final UnsafeBuffer read = new UnsafeBuffer(scratch);
        final int length = link.receive(read, 0, scratch.length);
        if (length <= DRAINED) {
            return length;
        }
        final byte[] frame = Arrays.copyOf(scratch, length);
        final byte[] made = switch (u16(frame, ETHERNET + 12)) {
            case Packet.ARP -> solicitation(frame);
            case Packet.IPV4 -> toIpv6(frame);
            default -> frame;
        };
        buffer.putBytes(offset, made);
        return made.length;
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
        final byte[] frame = Gathered.frame(
                headers, headersOffset, headersLength, payload, firstOffset, firstLength, secondOffset, secondLength);
        final byte[] made = u16(frame, ETHERNET + 12) == 0x86dd ? toIpv4(frame) : frame;
        if (made.length == 0) {
            return true;
        }
        final UnsafeBuffer out = new UnsafeBuffer(made);
        return link.transmit(out, 0, made.length, out, 0, 0, 0, 0);
    }

    @Override
    public boolean udpSegmentation() {
        return link.udpSegmentation();
    }

    /// The halves of the IPv6 address that stands for an IPv4 address.
    private long hi(final int address) {
        return network.contains(address) ? ipv6.prefix() : WELL_KNOWN_HI;
    }

    private long lo(final int address) {
        return network.contains(address) ? address & 0xff : address & 0xffff_ffffL;
    }

    private int ipv4(final long hi, final long lo) {
        if (hi == ipv6.prefix() || hi == Ipv6Network.LINK_LOCAL_HI) {
            require(lo < 256, "address of the network " + IpAddress.format(hi, lo));
            return network.network() + (int) lo;
        }
        require(hi == WELL_KNOWN_HI, "address " + IpAddress.format(hi, lo));
        return (int) lo;
    }

    private byte[] toIpv6(final byte[] frame) {
        if (frame.length < IP + 20 || u8(frame, IP) != 0x45) {
            return frame;
        }
        final int totalLength = u16(frame, IP + 2);
        final byte[] made = new byte[frame.length + MORE];
        System.arraycopy(frame, 0, made, 0, IP - 2);
        System.arraycopy(frame, IP + 20, made, IP + 40, frame.length - IP - 20);
        final ByteBuffer out = ByteBuffer.wrap(made);
        out.putShort(IP - 2, (short) 0x86dd);
        final int length = totalLength - 20;
        final int protocol = u8(frame, IP + 9) == ICMP ? ICMPV6 : u8(frame, IP + 9);
        out.putInt(IP, 6 << 28).putShort(IP + 4, (short) length);
        made[IP + 6] = (byte) protocol;
        made[IP + 7] = frame[IP + 8];
        final int source = out4(frame, IP + 12);
        final int destination = out4(frame, IP + 16);
        out.putLong(IP + 8, hi(source)).putLong(IP + 16, lo(source));
        out.putLong(IP + 24, hi(destination)).putLong(IP + 32, lo(destination));
        if (protocol == TCP || protocol == UDP) {
            final int old = Octets.pseudoHeader(source, destination, protocol, length);
            final int pseudo = InternetChecksum.fold(InternetChecksum.ipv6PseudoHeader(
                    hi(source), lo(source), hi(destination), lo(destination), protocol, length));
            transport(made, IP + 40, protocol, length, old, pseudo, MORE);
            made[1] = (byte) (u8(made, 1) == 1 ? 4 : u8(made, 1));
        }
        return made;
    }

    private byte[] toIpv4(final byte[] frame) {
        require(frame.length >= IP + 40 && u8(frame, IP) >>> 4 == 6, "header");
        final ByteBuffer in = ByteBuffer.wrap(frame);
        final int length = u16(frame, IP + 4);
        require(frame.length == IP + 40 + length, "length " + length + " in a frame of " + frame.length);
        require(u8(frame, 1) != 1, "gso_type of IPv4");
        final int protocol = u8(frame, IP + 6);
        final long pseudo = InternetChecksum.ipv6PseudoHeader(
                in.getLong(IP + 8), in.getLong(IP + 16), in.getLong(IP + 24), in.getLong(IP + 32), protocol, length);
        if (protocol == ICMPV6) {
            require(u8(frame, 0) == 0, "ICMPv6 with offload");
            require(sum(frame, IP + 40, length, InternetChecksum.fold(pseudo)) == ALL_ONES, "ICMPv6 checksum");
            return icmp(frame);
        }
        require(protocol == TCP || protocol == UDP, "next header " + protocol);
        require(u8(frame, 1) != 0 || 40 + length <= network.mtu(), "packet of " + (40 + length) + " bytes");
        final int source = ipv4(in.getLong(IP + 8), in.getLong(IP + 16));
        final int destination = ipv4(in.getLong(IP + 24), in.getLong(IP + 32));
        final byte[] made = ipv4Frame(frame, protocol, length, source, destination);
        System.arraycopy(frame, IP + 40, made, IP + 20, length);
        if ((u8(frame, 0) & 1) != 0) {
            require(u16(frame, IP + 40 + (protocol == TCP ? 16 : 6)) == InternetChecksum.fold(pseudo), "partial sum");
        }
        final int now = Octets.pseudoHeader(source, destination, protocol, length);
        transport(made, IP + 20, protocol, length, InternetChecksum.fold(pseudo), now, -MORE);
        made[1] = (byte) (u8(made, 1) == 4 ? 1 : u8(made, 1));
        return made;
    }

    /// Moves what the virtio-net header says of places, and the checksum to the other pseudo-header.
    private static void transport(
            final byte[] frame,
            final int at,
            final int protocol,
            final int length,
            final int oldPseudo,
            final int newPseudo,
            final int moved) {
        final int field = at + (protocol == TCP ? 16 : 6);
        final ByteBuffer out = ByteBuffer.wrap(frame);
        if (u16Native(frame, 2) != 0) {
            out.order(ByteOrder.nativeOrder()).putShort(2, (short) (u16Native(frame, 2) + moved));
        }
        if ((u8(frame, 0) & 1) != 0) {
            out.order(ByteOrder.nativeOrder()).putShort(6, (short) (u16Native(frame, 6) + moved));
            out.order(ByteOrder.BIG_ENDIAN).putShort(field, (short) newPseudo);
        } else if (field + 2 <= frame.length && sum(frame, at, length, oldPseudo) == ALL_ONES) {
            out.order(ByteOrder.BIG_ENDIAN).putShort(field, (short) 0);
            final int made = ~sum(frame, at, length, newPseudo) & ALL_ONES;
            out.putShort(field, (short) (made == 0 && protocol == UDP ? ALL_ONES : made));
        }
    }

    private byte[] icmp(final byte[] frame) {
        final ByteBuffer in = ByteBuffer.wrap(frame);
        return switch (u8(frame, IP + 40)) {
            case 135 -> arp(frame, 1, network.gateway(), ipv4(in.getLong(IP + 48), in.getLong(IP + 56)));
            case 136 ->
                arp(
                        frame,
                        2,
                        ipv4(in.getLong(IP + 48), in.getLong(IP + 56)),
                        ipv4(in.getLong(IP + 24), in.getLong(IP + 32)));
            case 134 -> new byte[0];
            case 1 -> unreachable(frame);
            default -> throw new AssertionError("ICMPv6 type " + u8(frame, IP + 40));
        };
    }

    /// Neighbour discovery of the stack as ARP.
    private static byte[] arp(final byte[] frame, final int operation, final int sender, final int target) {
        final byte[] made = new byte[VNET_HEADER_LENGTH + 60];
        System.arraycopy(frame, ETHERNET, made, ETHERNET, 12);
        final ByteBuffer out = ByteBuffer.wrap(made);
        if (operation == 1) {
            Arrays.fill(made, ETHERNET, ETHERNET + 6, (byte) 0xff);
        }
        out.putShort(IP - 2, (short) Packet.ARP);
        out.putInt(IP, 0x0001_0800).putShort(IP + 4, (short) 0x0604).putShort(IP + 6, (short) operation);
        System.arraycopy(frame, ETHERNET + 6, made, IP + 8, 6);
        out.putInt(IP + 14, sender);
        System.arraycopy(frame, ETHERNET, made, IP + 18, 6);
        if (operation == 1) {
            Arrays.fill(made, IP + 18, IP + 24, (byte) 0);
        }
        out.putInt(IP + 24, target);
        return made;
    }

    /// ARP of the guest as neighbour discovery.
    private byte[] solicitation(final byte[] frame) {
        final boolean isRequest = u16(frame, IP + 6) == 1;
        final byte[] made = new byte[IP + 40 + 32];
        System.arraycopy(frame, ETHERNET, made, ETHERNET, 12);
        final ByteBuffer out = ByteBuffer.wrap(made);
        final int sender = out4(frame, IP + 14);
        final int target = isRequest ? out4(frame, IP + 24) : sender;
        out.putShort(IP - 2, (short) 0x86dd).putInt(IP, 6 << 28).putShort(IP + 4, (short) 32);
        made[IP + 6] = ICMPV6;
        made[IP + 7] = (byte) 255;
        final long toHi = isRequest ? 0xff02L << 48 : Ipv6Network.LINK_LOCAL_HI;
        final long toLo = isRequest ? 0x1_ff00_0000L | lo(target) & 0xff_ffff : Ipv6Network.GATEWAY_LO;
        out.putLong(IP + 8, hi(sender)).putLong(IP + 16, lo(sender));
        out.putLong(IP + 24, toHi).putLong(IP + 32, toLo);
        made[IP + 40] = (byte) (isRequest ? 135 : 136);
        out.putInt(IP + 44, isRequest ? 0 : 0x6000_0000);
        out.putLong(IP + 48, hi(target)).putLong(IP + 56, lo(target));
        made[IP + 64] = (byte) (isRequest ? 1 : 2);
        made[IP + 65] = 1;
        System.arraycopy(frame, IP + 8, made, IP + 66, 6);
        final long pseudo = InternetChecksum.ipv6PseudoHeader(hi(sender), lo(sender), toHi, toLo, ICMPV6, 32);
        out.putShort(IP + 42, (short) ~sum(made, IP + 40, 32, InternetChecksum.fold(pseudo)));
        return made;
    }

    /// An error with what it quotes: host unreachable for address unreachable, else net or port.
    private byte[] unreachable(final byte[] frame) {
        final ByteBuffer in = ByteBuffer.wrap(frame);
        final int quoted = IP + 48;
        final int quotedTransport = Math.min(frame.length - quoted - 40, 28);
        final int length = 8 + 20 + quotedTransport;
        final int to = ipv4(in.getLong(IP + 24), in.getLong(IP + 32));
        final byte[] made = ipv4Frame(frame, ICMP, length, ipv4(in.getLong(IP + 8), in.getLong(IP + 16)), to);
        made[IP + 20] = 3;
        made[IP + 21] = (byte)
                switch (u8(frame, IP + 41)) {
                    case 0 -> 0;
                    case 1 -> 13;
                    case 3 -> 1;
                    case 4 -> 3;
                    default -> throw new AssertionError("unreachable code " + u8(frame, IP + 41));
                };
        final int at = IP + 28;
        header(
                made,
                at,
                u8(frame, quoted + 6),
                u16(frame, quoted + 4),
                ipv4(in.getLong(quoted + 8), in.getLong(quoted + 16)),
                ipv4(in.getLong(quoted + 24), in.getLong(quoted + 32)));
        System.arraycopy(frame, quoted + 40, made, at + 20, quotedTransport);
        ByteBuffer.wrap(made).putShort(IP + 22, (short) ~sum(made, IP + 20, length, 0));
        return made;
    }

    private static byte[] ipv4Frame(
            final byte[] frame, final int protocol, final int length, final int source, final int destination) {
        final byte[] made = new byte[IP + 20 + length];
        System.arraycopy(frame, 0, made, 0, IP - 2);
        ByteBuffer.wrap(made).putShort(IP - 2, (short) Packet.IPV4);
        header(made, IP, protocol, length, source, destination);
        return made;
    }

    private static void header(
            final byte[] made,
            final int at,
            final int protocol,
            final int length,
            final int source,
            final int destination) {
        final ByteBuffer out = ByteBuffer.wrap(made);
        out.putShort(at, (short) 0x4500).putShort(at + 2, (short) (20 + length)).putShort(at + 6, (short) 0x4000);
        made[at + 8] = 64;
        made[at + 9] = (byte) protocol;
        out.putInt(at + 12, source).putInt(at + 16, destination);
        out.putShort(at + 10, (short) ~sum(made, at, 20, 0));
    }

    private static int out4(final byte[] frame, final int at) {
        return ByteBuffer.wrap(frame).getInt(at);
    }

    private static void require(final boolean condition, final String what) {
        if (!condition) {
            throw new AssertionError("malformed IPv6 frame: " + what);
        }
    }
}
