package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.table.FlowTable;
import dev.tailrace.netstack.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// A UDP endpoint of the guest that has a host socket: the key is the guest's address and port.
abstract class UdpEndpoint extends FlowTable.Entry implements HostDatagramListener, FlowSource {
    final UdpForwarder forwarder;

    @Nullable
    HostDatagram socket;

    /// Whether it waits in the queue of sockets to be read.
    boolean isQueued;

    /// For the table of flows: payload each way, when it was made and used last, and whom the guest sent to last.
    final long openedNs;

    long usedNs;
    long bytesToHost;
    long bytesToGuest;
    private long peerHi;
    private long peerLo;
    private int peerPort;

    UdpEndpoint(final UdpForwarder forwarder, final long guestHi, final long guestLo, final int number) {
        super(guestHi, guestLo, number);
        this.forwarder = forwarder;
        this.openedNs = forwarder.nowNs();
        this.usedNs = openedNs;
    }

    /// Notes what the guest sends, and to whom as the guest sees it.
    final void sending(final long toHi, final long toLo, final int toPort, final int lengthBytes) {
        peerHi = toHi;
        peerLo = toLo;
        peerPort = toPort;
        bytesToHost += lengthBytes;
        usedNs = forwarder.nowNs();
    }

    /// Notes what was received for the guest.
    final void received(final int lengthBytes) {
        bytesToGuest += lengthBytes;
        usedNs = forwarder.nowNs();
    }

    /// How the table of flows calls the state.
    abstract String state();

    @Override
    public final boolean describe(final FlowRow row, final long nowNs) {
        final HostDatagram open = socket;
        if (open == null) {
            return false;
        }
        row.begin(FlowRow.Kind.UDP, state(), addressHi(), addressLo(), guestPort());
        row.isInbound = state().equals(FlowRow.LISTEN);
        if (peerPort != 0) {
            row.peer(peerHi, peerLo, peerPort);
        }
        open.localAddress(row.host);
        row.bytesToHost = bytesToHost;
        row.bytesToGuest = bytesToGuest;
        row.ageNs = nowNs - openedNs;
        row.idleNs = nowNs - usedNs;
        return true;
    }

    @Override
    public final void onReadable() {
        forwarder.enqueue(this);
    }

    @Override
    public final void onSendFailed(final int errno, final int cookie) {
        forwarder.onSendFailed(errno, cookie);
    }

    /// The guest's port.
    final int guestPort() {
        return number() & 0xffff;
    }

    /// Whether the guest's endpoint is IPv4.
    final boolean isGuestIpv4() {
        return IpAddress.isIpv4(addressHi(), addressLo());
    }

    /// Receives up to `limit` messages.
    ///
    /// @return messages received; fewer than `limit` means drained
    final int receive(final int limit) {
        final HostDatagram open = socket;
        return open == null ? 0 : open.receive(limit);
    }

    final void closeSocket() {
        final HostDatagram open = socket;
        if (open != null) {
            socket = null;
            open.close();
        }
    }
}
