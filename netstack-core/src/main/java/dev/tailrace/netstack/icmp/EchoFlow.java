package dev.tailrace.netstack.icmp;

import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.table.FlowTable;
import dev.tailrace.netstack.timer.Timer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/// The echo requests of one guest address and identifier, and the host socket that sends them.
final class EchoFlow extends FlowTable.Entry implements HostEchoListener, FlowSource {
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

    /// For the table of flows: messages in bytes each way, when it was made and used last, and whom it asked last.
    final long openedNs;

    long usedNs;
    long bytesToHost;
    long bytesToGuest;
    long peerHi;
    long peerLo;

    private final EchoForwarder forwarder;

    EchoFlow(
            final EchoForwarder forwarder,
            final long guestHi,
            final long guestLo,
            final int identifier,
            final long nowNs) {
        super(guestHi, guestLo, identifier);
        this.forwarder = forwarder;
        this.openedNs = nowNs;
        this.usedNs = nowNs;
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

    @Override
    public boolean describe(final FlowRow row, final long nowNs) {
        if (socket == null) {
            return false;
        }
        row.begin(FlowRow.Kind.ICMP, FlowRow.OPEN, addressHi(), addressLo(), number())
                .peer(peerHi, peerLo, 0);
        row.bytesToHost = bytesToHost;
        row.bytesToGuest = bytesToGuest;
        row.ageNs = nowNs - openedNs;
        row.idleNs = nowNs - usedNs;
        return true;
    }

    void closeSocket() {
        final HostEcho open = socket;
        if (open != null) {
            socket = null;
            open.close();
        }
    }
}
