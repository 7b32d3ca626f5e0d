package dev.tailrace.netstack.icmp;

import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.table.FlowTable;
import dev.tailrace.netstack.timer.Timer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/// The echo requests of one guest address and identifier, and the host socket that sends them.
final class EchoFlow extends FlowTable.Entry implements HostEchoListener {
    final Timer expiry = new Timer() {
        @Override
        public void onTimeout(final long nowNs) {
            forwarder.expire(EchoFlow.this);
        }
    };

    @Nullable
    HostEcho socket;

    /// Sequence number of the last request, for an error that does not say which.
    int lastSequence;

    private final EchoForwarder forwarder;

    EchoFlow(final EchoForwarder forwarder, final long guestHi, final long guestLo, final int identifier) {
        super(guestHi, guestLo, identifier);
        this.forwarder = forwarder;
    }

    @Override
    public void onReply(
            final DirectBuffer buffer, final int offset, final int length, final long sourceHi, final long sourceLo) {
        forwarder.reply(this, buffer, offset, length, sourceHi, sourceLo);
    }

    @Override
    public void onIcmpError(
            final int type,
            final int code,
            final int mtu,
            final int sequence,
            final long destinationHi,
            final long destinationLo,
            final long offenderHi,
            final long offenderLo) {
        final int known = sequence < 0 ? lastSequence : sequence;
        forwarder.error(this, type, code, mtu, known, destinationHi, destinationLo, offenderHi, offenderLo);
    }

    void closeSocket() {
        final HostEcho open = socket;
        if (open != null) {
            socket = null;
            open.close();
        }
    }
}
