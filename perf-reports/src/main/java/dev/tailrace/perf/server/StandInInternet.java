package dev.tailrace.perf.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// A web server that greets, and a name server that knows one name.
public final class StandInInternet {
    private static final int HTTP_PORT = 80;
    private static final int DNS_PORT = 53;
    private static final int OK = 200;
    private static final int DATAGRAM_BYTES = 512;

    private StandInInternet() {}

    /// @param arguments address of the web server, address of the name server, the name; `ready` is written once
    /// both     listen
    public static void main(final String[] arguments) throws IOException {
        final InetAddress web = InetAddress.getByName(arguments[0]);
        final HttpServer server = HttpServer.create(new InetSocketAddress(web, HTTP_PORT), 0);
        server.createContext("/", StandInInternet::greet);
        server.start();
        try (DatagramSocket names = new DatagramSocket(DNS_PORT, InetAddress.getByName(arguments[1]))) {
            System.out.println("ready");
            answer(names, new NameAnswer(arguments[2], web));
        }
    }

    private static void greet(final HttpExchange exchange) throws IOException {
        final byte[] text = "Hello %s, this is %s\n"
                .formatted(
                        exchange.getRemoteAddress().getAddress().getHostAddress(),
                        exchange.getLocalAddress().getAddress().getHostAddress())
                .getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(OK, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    private static void answer(final DatagramSocket names, final NameAnswer answer) throws IOException {
        final DatagramPacket packet = new DatagramPacket(new byte[DATAGRAM_BYTES], DATAGRAM_BYTES);
        while (true) {
            packet.setLength(DATAGRAM_BYTES);
            names.receive(packet);
            final byte[] response = answer.to(packet.getData(), packet.getLength());
            if (response.length > 0) {
                names.send(new DatagramPacket(response, response.length, packet.getSocketAddress()));
            }
        }
    }
}
