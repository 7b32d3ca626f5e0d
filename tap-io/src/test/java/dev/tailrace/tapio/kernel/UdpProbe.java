package dev.tailrace.tapio.kernel;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// UDP sockets by name; see [Probe].
final class UdpProbe {
    private static final int LARGEST_BYTES = 65_507;
    private static final int BUFFER_BYTES = 4 * 1024 * 1024;
    /// Datagrams may be lost; then they are sent again after this time.
    private static final int AGAIN_MS = 1000;

    private final Map<String, DatagramSocket> sockets = new ConcurrentHashMap<>();

    String obey(final String verb, final List<String> a) throws IOException {
        return switch (verb) {
            case "udp-bind" -> bind(a.get(0), TcpProbe.address(a, 1));
            case "udp-port" -> "" + sockets.get(a.get(0)).getLocalPort();
            case "udp-echo" -> echo(sockets.get(a.get(0)));
            case "udp-exchange" -> exchange(sockets.get(a.get(0)), TcpProbe.address(a, 1), Integer.parseInt(a.get(3)));
            case "udp-send" -> send(sockets.get(a.get(0)), TcpProbe.address(a, 1), a.get(3));
            case "udp-flood" -> flood(TcpProbe.address(a, 0), Integer.parseInt(a.get(2)));
            case "udp-receive" -> receive(sockets.get(a.get(0)));
            case "udp-connected-exchange" -> connectedExchange(TcpProbe.address(a, 0));
            default -> throw new IOException("unknown verb " + verb);
        };
    }

    private String bind(final String name, final InetSocketAddress address) throws IOException {
        final DatagramSocket socket = new DatagramSocket(address);
        socket.setReceiveBufferSize(BUFFER_BYTES);
        socket.setSendBufferSize(BUFFER_BYTES);
        sockets.put(name, socket);
        return "";
    }

    /// Sends back whatever comes, until the program ends.
    private static String echo(final DatagramSocket socket) {
        Thread.ofPlatform().daemon().start(() -> {
            final DatagramPacket packet = new DatagramPacket(new byte[LARGEST_BYTES], LARGEST_BYTES);
            try {
                while (true) {
                    packet.setLength(LARGEST_BYTES);
                    socket.receive(packet);
                    socket.send(packet);
                }
            } catch (final IOException e) {
                System.err.println("echo ended: " + e);
            }
        });
        return "";
    }

    /// Sends a datagram and waits for the same from the same address.
    ///
    /// @return how often it was sent
    private static String exchange(final DatagramSocket socket, final InetSocketAddress address, final int length)
            throws IOException {
        final byte[] payload = payload(length);
        final DatagramPacket packet = new DatagramPacket(new byte[LARGEST_BYTES], LARGEST_BYTES);
        socket.setSoTimeout(AGAIN_MS);
        for (int tries = 1; tries <= 10; tries++) {
            socket.send(new DatagramPacket(payload, length, address));
            try {
                packet.setLength(LARGEST_BYTES);
                socket.receive(packet);
            } catch (final SocketTimeoutException _) {
                continue;
            }
            if (!packet.getSocketAddress().equals(address)) {
                throw new IOException("answer from " + packet.getSocketAddress());
            }
            if (!Arrays.equals(Arrays.copyOf(packet.getData(), packet.getLength()), payload)) {
                throw new IOException("answer of " + packet.getLength() + " bytes differs");
            }
            return "" + tries;
        }
        throw new IOException("no answer to " + length + " bytes");
    }

    /// The same by a connected socket, which the kernel tells of ICMP errors.
    private static String connectedExchange(final InetSocketAddress address) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address);
            return exchange(socket, address, 1);
        }
    }

    private static String send(final DatagramSocket socket, final InetSocketAddress address, final String text)
            throws IOException {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        socket.send(new DatagramPacket(bytes, bytes.length, address));
        return "";
    }

    private static String flood(final InetSocketAddress address, final int count) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < count; i++) {
                socket.send(new DatagramPacket(new byte[1], 1, address));
            }
        }
        return "";
    }

    /// @return sender's address, its port and the text
    private static String receive(final DatagramSocket socket) throws IOException {
        final DatagramPacket packet = new DatagramPacket(new byte[LARGEST_BYTES], LARGEST_BYTES);
        socket.setSoTimeout(0);
        socket.receive(packet);
        return packet.getAddress().getHostAddress() + " " + packet.getPort() + " "
                + new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    private static byte[] payload(final int length) {
        final byte[] payload = new byte[length];
        new Pattern(length, 0).fill(payload, length);
        return payload;
    }
}
