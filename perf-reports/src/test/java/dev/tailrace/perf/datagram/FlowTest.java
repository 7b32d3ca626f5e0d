package dev.tailrace.perf.datagram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The two ends in memory, with losses.
final class FlowTest {
    private static final long LENGTH_NS = 300_000_000L;

    /// What [LossyWire] sends in that time.
    private static final int SENT = 90;

    private final LossyWire[] wires = LossyWire.pair();
    private final LossyWire clientWire = wires[0];
    private final LossyWire serverWire = wires[1];
    private final Flow client = new Flow(clientWire, clientWire::nanoTime);
    private final Receiver counting = new Receiver(serverWire, serverWire::nanoTime);

    /// The first ones of a kind.
    private static Predicate<Message.Kind> first(final Message.Kind lost, final int count) {
        final AtomicInteger left = new AtomicInteger(count);
        return kind -> kind == lost && left.getAndDecrement() > 0;
    }

    /// A server that counts, a step each time that the client waits.
    private void serverCounts() {
        final Flow server = new Flow(serverWire, serverWire::nanoTime);
        clientWire.meanwhile(() -> {
            try {
                while (server.serveOnce()) {
                    Thread.onSpinWait();
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }

    private boolean serverHears() {
        try {
            return counting.receive();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"HELLO", "READY", "END", "REPORT"})
    void shouldFinishWhenMessagesGetLost(final Message.Kind lost) throws IOException {
        clientWire.loses(first(lost, 3));
        serverWire.loses(first(lost, 3));
        serverCounts();
        final Flow.Outcome outcome = client.greetAndSend(LENGTH_NS);
        assertEquals(SENT, outcome.sent().datagrams());
        assertEquals(SENT, outcome.got().datagrams());
        assertEquals(SENT * LossyWire.DATAGRAM_BYTES, outcome.got().bytes());
    }

    @Test
    void shouldCountWhatArrived() throws IOException {
        clientWire.loses(first(Message.Kind.DATA, 11));
        serverCounts();
        final Flow.Outcome outcome = client.greetAndSend(LENGTH_NS);
        assertEquals(SENT, outcome.sent().datagrams());
        assertEquals(SENT - 11, outcome.got().datagrams());
    }

    @Test
    void shouldNotCountWhatAnotherPairLeftBehind() throws IOException {
        clientWire.pretend(LossyWire.TOKEN + 1);
        clientWire.sendBatch();
        clientWire.send(new Message(Message.Kind.END, 1, 1, 0));
        clientWire.pretend(LossyWire.TOKEN);
        serverCounts();
        assertEquals(SENT, client.greetAndSend(LENGTH_NS).got().datagrams());
    }

    @ParameterizedTest
    @EnumSource(names = {"HELLO", "END"})
    void shouldGiveUpWhenNothingIsAnswered(final Message.Kind lost) {
        clientWire.loses(kind -> kind == lost);
        serverCounts();
        final long startNs = clientWire.nanoTime();
        final IOException silence = assertThrows(IOException.class, () -> client.greetAndSend(LENGTH_NS));
        assertTrue(silence.getMessage().contains(lost.name()), silence.getMessage());
        assertTrue(clientWire.nanoTime() - startNs < 2 * Flow.PATIENCE_NS);
    }

    @ParameterizedTest
    @EnumSource(names = {"HELLO", "END", "DATA"})
    void shouldReceiveWhenMessagesGetLost(final Message.Kind lost) throws IOException {
        clientWire.loses(first(lost, 3));
        serverWire.loses(first(lost, 3));
        final AtomicInteger sent = new AtomicInteger();
        clientWire.meanwhile(() -> {
            if (serverHears() && counting.hears(Message.Kind.HELLO) && sent.get() == 0) {
                while (sent.getAndAdd(LossyWire.BATCH) < SENT) {
                    serverWire.sendBatch();
                }
            }
            if (sent.get() > 0) {
                serverWire.send(new Message(Message.Kind.END, 0, SENT, 0));
            }
        });
        final Flow.Outcome outcome = client.greetAndReceive();
        assertEquals(SENT, outcome.sent().datagrams());
        assertEquals(SENT - (lost == Message.Kind.DATA ? 3 : 0), outcome.got().datagrams());
    }

    @Test
    void shouldGiveUpWhenNothingComes() {
        final IOException silence = assertThrows(IOException.class, client::greetAndReceive);
        assertTrue(silence.getMessage().startsWith("nothing came"), silence.getMessage());
    }
}
