package dev.tailrace.netstack.fuzz;

import dev.tailrace.netstack.hostile.Frames;
import dev.tailrace.netstack.hostile.Frames6;
import dev.tailrace.netstack.hostile.Raw;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Inputs to start from: frames and messages as they are, by target and name.
final class SeedCorpus {
    private static final byte[] NONE = {};

    private SeedCorpus() {}

    /// Path below the directory of resources, and content.
    static Map<String, byte[]> all() {
        final Map<String, byte[]> seeds = new LinkedHashMap<>();
        frames(seeds);
        messages(seeds);
        ipv6(seeds);
        return seeds;
    }

    private static void frames(final Map<String, byte[]> seeds) {
        final String target = "FrameFuzzTestInputs/shouldSurviveAnyFrames/";
        final int next = new Twins().stackNext();
        seeds.put(target + "arp", records(1, Frames.arp(1, Frames.GUEST, Frames.GATEWAY)));
        seeds.put(target + "udp", records(1, Frames.udp(4_000, Frames.SERVER, 9, Frames.counting(20))));
        seeds.put(target + "super-datagram", records(0, superDatagram()));
        seeds.put(
                target + "echo",
                records(3, Frames.echo(Frames.GATEWAY, 1, 1, (byte) 1), Frames.echo(Frames.SERVER, 2, 1)));
        seeds.put(target + "time-exceeded", records(1, Raw.put8(Frames.udp(4_000, Frames.SERVER, 9), Raw.IP + 8, 1)));
        seeds.put(target + "dhcp", records(1, Frames.dhcp(Frames.GUEST_MAC, discover()), Frames.dhcp(7, discover())));
        seeds.put(target + "name-query", records(1, Frames.udp(4_000, Frames.NAME_SERVER, 53, Frames.counting(12))));
        final byte[] whole = Frames.udp(7, Frames.SERVER, 9, Frames.counting(24));
        seeds.put(
                target + "fragments",
                records(
                        9,
                        Frames.fragment(17, Frames.SERVER, 1, 0, true, Arrays.copyOfRange(whole, 44, 60)),
                        Frames.fragment(17, Frames.SERVER, 1, 16, false, Arrays.copyOfRange(whole, 60, 76))));
        seeds.put(target + "tcp-data", records(1, segment(Frames.ACK, 0, next, Frames.counting(10))));
        seeds.put(
                target + "tcp-half-close",
                records(3, segment(Frames.ACK | Frames.FIN, 0, next), segment(Frames.RST, 1, next)));
        seeds.put(target + "tcp-urgent", records(1, segment(Frames.ACK | Frames.URG, 0, next, (byte) 1, (byte) 2)));
        seeds.put(target + "tcp-syn", records(5, Frames.tcp(4_000, Frames.SERVER, 80, Frames.SYN, 5, 0, new byte[] {
            2, 4, 5, 100, 1, 3, 3, 7
        })));
        seeds.put(
                target + "options",
                records(
                        1,
                        Frames.withIpOptions(
                                whole, (byte) 7, (byte) 7, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0,
                                (byte) 0)));
    }

    private static byte[] superDatagram() {
        final byte[] frame = Frames.udp(4_000, Frames.SERVER, 9, Frames.counting(100));
        frame[0] = 1;
        frame[1] = 5;
        frame[4] = 30;
        frame[6] = 34;
        frame[8] = 6;
        return frame;
    }

    private static byte[] segment(final int flags, final int ahead, final int next, final byte... payload) {
        return Frames.tcp(Twins.GUEST_PORT, Frames.SERVER, 80, flags, Twins.NEXT + ahead, next, NONE, payload);
    }

    private static byte[] discover() {
        return new byte[] {53, 1, 1, 50, 4, 10, 0, 2, 100, 55, 4, 1, 3, 6, 26, (byte) 255};
    }

    private static void messages(final Map<String, byte[]> seeds) {
        final String dhcp = "DhcpFuzzTestInputs/shouldAnswerAnyMessageByAtMostOneReply/";
        for (int type = 1; type <= 8; type++) {
            final byte[] options = discover();
            options[2] = (byte) type;
            final byte[] frame = Frames.dhcp(Frames.GUEST_MAC, options);
            if (type > 3) {
                Raw.put32(frame, Raw.TRANSPORT + 8 + 12, 0x0a00_020f);
            }
            seeds.put(dhcp + "type-" + type, Arrays.copyOfRange(frame, Raw.TRANSPORT + 8, frame.length));
        }
        final String dns = "DnsFuzzTestInputs/shouldPassOnAnyMessageUnread/";
        seeds.put(dns + "query", new byte[] {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 2, 'd', 'e', 0, 0, 1, 0, 1});
        seeds.put(
                dns + "compression-loop",
                new byte[] {0, 1, (byte) 0x81, 0, 0, 1, 0, 1, 0, 0, 0, 0, (byte) 0xc0, 12, 0, 1});
        final String options = "HeaderOptionsFuzzTestInputs/shouldSurviveAnyOptions/";
        seeds.put(
                options + "linux-syn",
                new byte[] {2, 4, 5, (byte) 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7});
        final byte[] both = Arrays.copyOf(new byte[] {7, 39, 4}, 60);
        System.arraycopy(new byte[] {1, 1, 5, 18, 0, 0, 9, 9, 0, 0, 9, 10}, 0, both, 40, 12);
        seeds.put(options + "record-route-and-sack", both);
    }

    private static void ipv6(final Map<String, byte[]> seeds) {
        final long groups = 0xff02_0000_0000_0000L;
        final byte[] sourceAddress = {1, 1, 2, 0x42, 10, 0, 2, 100};
        final byte[] gateway = Frames6.target(Frames6.PREFIX, Frames6.GATEWAY_LO, sourceAddress);
        final byte[] solicitation = Frames6.ndp(135, groups, 0x1_ff00_0002L, gateway);
        final byte[] whole = Frames6.udp(7, 9, Frames.counting(24));
        final byte[] piece = Arrays.copyOfRange(whole, Frames6.TRANSPORT, whole.length);
        final String frames = "FrameFuzzTestInputs/shouldSurviveAnyFrames/";
        seeds.put(frames + "ipv6-udp", records(1, whole));
        seeds.put(frames + "ipv6-syn", records(5, Frames6.tcp(4_000, Frames.SYN, 5, 0)));
        seeds.put(frames + "ipv6-echo", records(1, Frames6.icmp(128, 0, 1, (byte) 1)));
        seeds.put(frames + "ipv6-solicitation", records(1, solicitation));
        seeds.put(
                frames + "ipv6-options",
                records(1, Frames6.behind(60, new byte[] {0, 0, 1, 4, 0, 0, 0, 0}, 17, piece)));
        seeds.put(
                frames + "ipv6-fragments",
                records(
                        0,
                        Frames6.fragment(17, 1, 0, true, Arrays.copyOf(piece, 16)),
                        Frames6.fragment(17, 1, 16, false, Arrays.copyOfRange(piece, 16, 32))));
        final String ndp = "NdpFuzzTestInputs/shouldAnswerAnyMessageByAtMostOneFrame/";
        final byte[] router = Frames6.ndp(133, groups, 2, sourceAddress);
        final byte[] target = Frames6.target(
                Frames6.PREFIX, 0x101, (byte) 2, (byte) 1, (byte) 2, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1);
        final byte[] advertisement = Frames6.ndp(136, Frames6.PREFIX, Frames6.GATEWAY_LO, target);
        seeds.put(ndp + "solicitation", message6(solicitation));
        seeds.put(ndp + "router-solicitation", message6(router));
        seeds.put(ndp + "advertisement", message6(advertisement));
        seeds.put(ndp + "router-advertisement", message6(Frames6.ndp(134, groups, 1, new byte[8])));
        seeds.put(ndp + "echo", message6(Frames6.icmp(128, 0, 1)));
    }

    private static byte[] message6(final byte[] frame) {
        return Arrays.copyOfRange(frame, Frames6.TRANSPORT, frame.length);
    }

    private static byte[] records(final int mode, final byte[]... frames) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final byte[] frame : frames) {
            out.write(mode);
            out.write(frame.length >>> 8);
            out.write(frame.length);
            out.writeBytes(frame);
        }
        return out.toByteArray();
    }
}
