package dev.tailrace.bench.wire;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.bench.stack.GuestFrames;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.IpProtocol;
import dev.tailrace.netstack.wire.Ipv4Flyweight;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import dev.tailrace.netstack.wire.TcpOptionsDecoder;
import dev.tailrace.netstack.wire.UdpFlyweight;
import java.util.HexFormat;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/// What every frame goes through: each header is viewed, checked, and asked for what the next step needs.
public class FrameParseBenchmark extends BenchmarkDefaults {
    private static final int PAYLOAD_BYTES = 1448;
    private static final int ALIGNMENT = 64;
    private static final int TTL = 64;

    /// What Linux sends with a SYN: MSS 1460, SACK permitted, timestamps, NOP, window scale 7.
    private static final byte[] LINUX_SYN_OPTIONS = HexFormat.of().parseHex("020405b40402080a000f42400000000001030307");

    private final UnsafeBuffer tcpFrame =
            GuestFrames.tcp(GuestFrames.SERVER, 80, 40_000, TcpFlags.ACK | TcpFlags.PSH, PAYLOAD_BYTES);
    private final UnsafeBuffer udpFrame = GuestFrames.udp(GuestFrames.SERVER, 80, 40_000, PAYLOAD_BYTES, 0);
    private final UnsafeBuffer options =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(TcpFlyweight.MAX_HEADER_LENGTH, ALIGNMENT));
    private final UnsafeBuffer headers =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(Ipv4Flyweight.MAX_HEADER_LENGTH, ALIGNMENT));

    private final EthernetFlyweight ethernet = new EthernetFlyweight();
    private final Ipv4Flyweight ip = new Ipv4Flyweight();
    private final TcpFlyweight tcp = new TcpFlyweight();
    private final UdpFlyweight udp = new UdpFlyweight();
    private final TcpOptionsDecoder decoder = new TcpOptionsDecoder();
    private int identification;

    /// Puts the options down, and sees that the frames are such as pass.
    @Setup
    public void check() {
        options.putBytes(0, LINUX_SYN_OPTIONS);
        if (tcpSegment() == 0 || udpDatagram() == 0 || tcpOptions() == 0) {
            throw new IllegalStateException("a frame that should pass the checks does not");
        }
    }

    /// Ethernet, IPv4 with its checksum, TCP.
    @Benchmark
    public long tcpSegment() {
        if (!isIpv4(tcpFrame, IpProtocol.TCP)) {
            return 0;
        }
        tcp.wrap(tcpFrame, GuestFrames.TRANSPORT_OFFSET);
        if (!tcp.check(ip.totalLength() - ip.headerLength())) {
            return 0;
        }
        return ethernet.source()
                + ip.source()
                + ip.destination()
                + tcp.sourcePort()
                + tcp.destinationPort()
                + tcp.sequence()
                + tcp.acknowledgement()
                + tcp.flags()
                + tcp.window();
    }

    /// Ethernet, IPv4 with its checksum, UDP.
    @Benchmark
    public long udpDatagram() {
        if (!isIpv4(udpFrame, IpProtocol.UDP)) {
            return 0;
        }
        udp.wrap(udpFrame, GuestFrames.TRANSPORT_OFFSET);
        if (!udp.check(ip.totalLength() - ip.headerLength())) {
            return 0;
        }
        return ethernet.source()
                + ip.source()
                + ip.destination()
                + udp.sourcePort()
                + udp.destinationPort()
                + udp.payloadLength();
    }

    /// The options of a SYN of Linux.
    @Benchmark
    public int tcpOptions() {
        decoder.decode(options, 0, LINUX_SYN_OPTIONS.length);
        return decoder.mss() + decoder.windowScale() + decoder.timestampValue();
    }

    /// An IPv4 header written, with its checksum made.
    @Benchmark
    public Ipv4Flyweight writeIpv4Header() {
        return ip.wrap(headers, 0)
                .writeHeader(
                        Ipv4Flyweight.HEADER_LENGTH + PAYLOAD_BYTES,
                        identification++,
                        Ipv4Flyweight.DONT_FRAGMENT,
                        TTL,
                        IpProtocol.TCP,
                        GuestFrames.SERVER,
                        GuestFrames.GUEST);
    }

    private boolean isIpv4(final UnsafeBuffer frame, final int protocol) {
        final int ethernetBytes = frame.capacity() - GuestFrames.ETHERNET_OFFSET;
        ethernet.wrap(frame, GuestFrames.ETHERNET_OFFSET);
        if (!ethernet.check(ethernetBytes) || ethernet.etherType() != EtherType.IPV4) {
            return false;
        }
        ip.wrap(frame, GuestFrames.IP_OFFSET);
        return ip.check(ethernetBytes - EthernetFlyweight.HEADER_LENGTH)
                && ip.isChecksumValid()
                && ip.protocol() == protocol;
    }
}
