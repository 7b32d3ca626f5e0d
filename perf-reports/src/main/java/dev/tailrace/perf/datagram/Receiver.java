package dev.tailrace.perf.datagram;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Counts what arrives.
final class Receiver {
    private final Wire wire;
    private final LongSupplier nanoClock;
    private final long data;
    private long bytes;
    private long datagrams;
    private long firstNs;
    private long lastNs;
    private Optional<Message> message = Optional.empty();

    /// @param nanoClock time in ns from any start
    Receiver(final Wire wire, final LongSupplier nanoClock) {
        this.wire = wire;
        this.nanoClock = nanoClock;
        this.data = Message.header(Message.Kind.DATA, wire.token());
    }

    /// Waits a little for datagrams, and counts those of data.
    ///
    /// @return whether anything of ours came
    boolean receive() throws IOException {
        final int length = wire.receive();
        final long nowNs = nanoClock.getAsLong();
        final long before = datagrams;
        final ByteBuffer received = wire.received();
        message = Optional.empty();
        for (int offset = 0; offset < length; offset += wire.segmentBytes()) {
            take(received, offset, Math.min(wire.segmentBytes(), length - offset));
        }
        if (datagrams > before) {
            firstNs = before == 0 ? nowNs : firstNs;
            lastNs = nowNs;
        }
        return datagrams > before || message.isPresent();
    }

    private void take(final ByteBuffer received, final int offset, final int length) {
        if (length >= Message.HEADER_BYTES && received.getLong(offset) == data) {
            bytes += length;
            datagrams++;
        } else {
            Message.read(received, offset, length, wire.token()).ifPresent(one -> message = Optional.of(one));
        }
    }

    /// What came last beside data, in the datagrams received last.
    Optional<Message> message() {
        return message;
    }

    boolean hears(final Message.Kind kind) {
        return message.filter(one -> one.kind() == kind).isPresent();
    }

    /// All until now.
    Message report() {
        return new Message(Message.Kind.REPORT, bytes, datagrams, lastNs - firstNs);
    }
}
