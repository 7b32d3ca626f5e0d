package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.table.FlowTable;
import dev.tailrace.netstack.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/// A UDP endpoint of the guest that has a host socket: the key is the guest's address and port.
abstract class UdpEndpoint extends FlowTable.Entry implements HostDatagramListener {
    final UdpForwarder forwarder;

    @Nullable
    HostDatagram socket;

    /// Whether it waits in the queue of sockets to be read.
    boolean isQueued;

    UdpEndpoint(final UdpForwarder forwarder, final long guestHi, final long guestLo, final int number) {
        super(guestHi, guestLo, number);
        this.forwarder = forwarder;
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
