package dev.tailrace.perf.datagram;

import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;

/// What the ends do, one after the other. Nothing waits for ever for a datagram that was lost.
final class Flow {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    /// How long an end goes on asking an other one that says nothing.
    static final long PATIENCE_NS = 5 * NS_PER_SECOND;

    private final Wire wire;
    private final Receiver receiver;
    private final LongSupplier nanoClock;

    /// @param sent by the sending end
    /// @param got by the receiving end
    record Outcome(Message sent, Message got) {}

    /// @param nanoClock time in ns from any start
    Flow(final Wire wire, final LongSupplier nanoClock) {
        this.wire = wire;
        this.receiver = new Receiver(wire, nanoClock);
        this.nanoClock = nanoClock;
    }

    /// Of a client: greets until the server says that it will count, sends, and asks what arrived.
    Outcome greetAndSend(final long lengthNs) throws IOException {
        exchange(Message.of(Message.Kind.HELLO), Message.Kind.READY);
        return send(lengthNs);
    }

    /// Sends as fast as the socket takes it, and asks what arrived.
    Outcome send(final long lengthNs) throws IOException {
        final long endNs = nanoClock.getAsLong() + lengthNs;
        long datagrams = 0;
        while (nanoClock.getAsLong() - endNs < 0) {
            wire.sendBatch();
            datagrams += wire.batchDatagrams();
        }
        final Message sent = new Message(Message.Kind.END, datagrams * wire.datagramBytes(), datagrams, 0);
        return new Outcome(sent, exchange(sent, Message.Kind.REPORT));
    }

    /// Says something until the answer comes.
    private Message exchange(final Message said, final Message.Kind answer) throws IOException {
        final long giveUpNs = nanoClock.getAsLong() + PATIENCE_NS;
        while (nanoClock.getAsLong() - giveUpNs < 0) {
            wire.send(said);
            while (receiver.receive()) {
                final Optional<Message> heard = receiver.message();
                if (heard.isPresent() && heard.get().kind() == answer) {
                    return heard.get();
                }
            }
        }
        throw new IOException("no %s to %s within %d s".formatted(answer, said.kind(), PATIENCE_NS / NS_PER_SECOND));
    }

    /// Of a client: greets until something comes, and counts until the server says that it has sent all. The server
    /// is told, once: what it makes of it is not awaited.
    Outcome greetAndReceive() throws IOException {
        long giveUpNs = nanoClock.getAsLong() + PATIENCE_NS;
        while (nanoClock.getAsLong() - giveUpNs < 0) {
            if (receiver.report().datagrams() == 0) {
                wire.send(Message.of(Message.Kind.HELLO));
            }
            while (receiver.receive()) {
                giveUpNs = nanoClock.getAsLong() + PATIENCE_NS;
                if (receiver.hears(Message.Kind.END)) {
                    wire.send(receiver.report());
                    return new Outcome(receiver.message().orElseThrow(), receiver.report());
                }
            }
        }
        throw new IOException("nothing came for %d s, after %d datagrams"
                .formatted(PATIENCE_NS / NS_PER_SECOND, receiver.report().datagrams()));
    }

    /// Of a server that sends: waits for the greeting as long as it takes.
    void awaitGreeting() throws IOException {
        do {
            receiver.receive();
        } while (!receiver.hears(Message.Kind.HELLO));
    }

    /// Of a server that counts: answers until it is ended.
    void serve() throws IOException {
        while (true) {
            serveOnce();
        }
    }

    /// Waits a little, and answers what was asked: again if it is asked again, as the answer may have been lost.
    ///
    /// @return whether anything came
    boolean serveOnce() throws IOException {
        final boolean heard = receiver.receive();
        if (receiver.hears(Message.Kind.HELLO)) {
            wire.send(Message.of(Message.Kind.READY));
        } else if (receiver.hears(Message.Kind.END)) {
            wire.send(receiver.report());
        }
        return heard;
    }
}
