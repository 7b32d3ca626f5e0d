package dev.tailrace.perf.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real sockets on loopback.
final class BatchSocketTest {
    private static final int BYTES = 1472;
    private static final int TOKEN = -5;

    private static InetSocketAddress free() throws IOException {
        final InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (DatagramSocket probe = new DatagramSocket(0, loopback)) {
            return new InetSocketAddress(loopback, probe.getLocalPort());
        }
    }

    @Test
    void shouldReceiveTogetherWhatWasSentTogether() throws IOException {
        final InetSocketAddress address = free();
        try (BatchSocket server = BatchSocket.bound(address, BYTES, TOKEN);
                BatchSocket client = BatchSocket.connected(address, BYTES, TOKEN)) {
            assertEquals(44, client.batchDatagrams());
            client.sendBatch();
            assertEquals(44 * BYTES, server.receive());
            assertEquals(BYTES, server.segmentBytes());
            for (int k = 0; k < 44; k++) {
                assertEquals(
                        Message.header(Message.Kind.DATA, TOKEN),
                        server.received().getLong(k * BYTES));
            }
        }
    }

    @Test
    void shouldAnswerWhoGreets() throws IOException {
        final InetSocketAddress address = free();
        try (BatchSocket server = BatchSocket.bound(address, BYTES, TOKEN);
                BatchSocket client = BatchSocket.connected(address, BYTES, TOKEN)) {
            client.send(Message.of(Message.Kind.HELLO));
            assertEquals(Message.BYTES, server.receive());
            assertEquals(Message.BYTES, server.segmentBytes());
            final Message report = new Message(Message.Kind.REPORT, 1L << 40, 3, 4);
            server.send(report);
            assertEquals(Message.BYTES, client.receive());
            assertEquals(
                    report,
                    Message.read(client.received(), 0, Message.BYTES, TOKEN).orElseThrow());
            assertTrue(
                    Message.read(client.received(), 0, Message.BYTES, TOKEN + 1).isEmpty());
        }
    }

    @Test
    @Timeout(10)
    void shouldNotWaitForEver() throws IOException {
        try (BatchSocket lonely = BatchSocket.bound(free(), BYTES, TOKEN)) {
            assertEquals(0, lonely.receive());
        }
    }

    @Test
    void shouldSayThatThePortIsTaken() throws IOException {
        final InetSocketAddress address = free();
        try (BatchSocket first = BatchSocket.bound(address, BYTES, TOKEN)) {
            assertEquals(BYTES, first.datagramBytes());
            final IOException taken = assertThrows(IOException.class, () -> BatchSocket.bound(address, BYTES, TOKEN));
            assertEquals("bind: Address already in use", taken.getMessage());
        }
    }
}
