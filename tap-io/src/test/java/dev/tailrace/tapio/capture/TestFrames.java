package dev.tailrace.tapio.capture;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/// Frames with a vnet header of ten bytes before them, outside the heap.
final class TestFrames {
    static final int VNET = 10;

    private TestFrames() {}

    static UnsafeBuffer hex(final String frame) {
        final byte[] bytes = HexFormat.of().parseHex(frame.replaceAll("\\s", ""));
        final ByteBuffer direct = ByteBuffer.allocateDirect(VNET + bytes.length);
        direct.position(VNET).put(bytes);
        return new UnsafeBuffer(direct);
    }

    static UnsafeBuffer ipv4(final int protocol, final String source, final String destination, final String rest) {
        return ipv4(protocol, source, destination, 0, rest);
    }

    static UnsafeBuffer ipv4(
            final int protocol,
            final String source,
            final String destination,
            final int fragmentOffset,
            final String rest) {
        return hex("525400000001 525400000002 0800 4500 0054 0001" + String.format("%04x", fragmentOffset) + "40"
                + String.format("%02x", protocol) + "0000" + address(source) + address(destination) + rest);
    }

    static UnsafeBuffer ports(
            final int protocol, final String source, final int sourcePort, final String destination, final int port) {
        return ipv4(protocol, source, destination, String.format("%04x%04x", sourcePort, port) + "00".repeat(16));
    }

    /// TCP from fd00::64 port 1000 to fd00::2 port 80 behind a hop-by-hop header.
    static UnsafeBuffer ipv6() {
        return hex("525400000001 525400000002 86dd 60000000 001c 00 40 fd000000000000000000000000000064"
                + "fd000000000000000000000000000002 0600000000000000 03e80050" + "00".repeat(16));
    }

    static UnsafeBuffer arp(final String sender, final String target) {
        return hex("ffffffffffff 525400000002 0806 0001 0800 06 04 0001 525400000002" + address(sender) + "000000000000"
                + address(target));
    }

    private static String address(final String dotted) {
        final StringBuilder hex = new StringBuilder();
        for (final String part : dotted.split("\\.")) {
            hex.append(String.format("%02x", Integer.parseInt(part)));
        }
        return hex.toString();
    }
}
