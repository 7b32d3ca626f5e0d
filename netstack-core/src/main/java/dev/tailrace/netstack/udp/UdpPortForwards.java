package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.table.FlowTable;
import dev.tailrace.netstack.table.KeyedHash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The published UDP ports. Owned by the stack's thread.
public final class UdpPortForwards {
    /// Most guest endpoints that published ports lead to.
    private static final int MAX_TARGETS = 1 << 14;

    private final UdpForwarder forwarder;
    private final HostSockets sockets;
    private final RecentClients clients;
    private final FlowTable<UdpPortForward> targets;
    private final List<UdpPortForward> all = new ArrayList<>();

    /// Where [#find] found the client.
    private int foundPlace;

    UdpPortForwards(
            final UdpForwarder forwarder, final UdpConfig config, final HostSockets sockets, final KeyedHash hash) {
        this.forwarder = forwarder;
        this.sockets = sockets;
        this.clients = new RecentClients(config.maxForwardClients(), config.idleNs(), hash);
        this.targets = new FlowTable<>(MAX_TARGETS, hash);
    }

    /// Binds a port of the host that leads to `guestPort` of the guest.
    ///
    /// @param id number of the forward, at least 1, never used before
    /// @throws dev.tailrace.netstack.host.HostException when the port cannot be bound
    public void open(
            final int id,
            final long hostHi,
            final long hostLo,
            final int hostPort,
            final long guestHi,
            final long guestLo,
            final int guestPort) {
        if (targets.isFull()) {
            throw new HostException("publish UDP port " + hostPort + ": more than " + MAX_TARGETS, HostErrno.ENOBUFS);
        }
        final UdpPortForward forward = new UdpPortForward(this, forwarder, id, guestHi, guestLo, guestPort);
        forward.socket = sockets.datagramBoundTo(hostHi, hostLo, hostPort, forward);
        all.add(forward);
        relist(guestHi, guestLo, guestPort);
    }

    /// Closes the port of the host.
    ///
    /// @return whether there was a forward with this id
    public boolean close(final int id) {
        for (int index = 0; index < all.size(); index++) {
            final UdpPortForward forward = all.get(index);
            if (forward.id == id) {
                forwarder.flush();
                forward.closeSocket();
                unlist(forward);
                all.remove(index);
                relist(forward.addressHi(), forward.addressLo(), forward.guestPort());
                return true;
            }
        }
        return false;
    }

    /// The published ports now.
    List<UdpPortForward> all() {
        return all;
    }

    /// Closes all.
    void closeAll() {
        while (!all.isEmpty()) {
            close(all.getLast().id);
        }
    }

    /// The published port through which a packet of the guest answers a client heard lately, or null.
    @Nullable
    UdpPortForward find(final IngressPacket packet, final int guestPort, final int clientPort, final long nowNs) {
        if (targets.size() == 0) {
            return null;
        }
        UdpPortForward forward = targets.get(packet.sourceHi, packet.sourceLo, guestPort);
        while (forward != null) {
            foundPlace = clients.find(forward.id, packet.destinationHi, packet.destinationLo, clientPort, nowNs);
            if (foundPlace != RecentClients.NONE) {
                return forward;
            }
            forward = forward.sibling;
        }
        return null;
    }

    /// Real address of the client that [#find] has just found, upper half.
    long foundHi() {
        return clients.realHi(foundPlace);
    }

    /// Real address of the client that [#find] has just found, lower half.
    long foundLo() {
        return clients.realLo(foundPlace);
    }

    void remember(
            final UdpPortForward forward,
            final long seenHi,
            final long seenLo,
            final int port,
            final long realHi,
            final long realLo) {
        if (clients.remember(forward.id, seenHi, seenLo, port, realHi, realLo, forwarder.nowNs())) {
            forwarder.counters.increment(Counter.UDP_CLIENTS_EVICTED);
        }
    }

    private void unlist(final UdpPortForward gone) {
        final UdpPortForward head = targets.get(gone.addressHi(), gone.addressLo(), gone.guestPort());
        if (head != null) {
            targets.remove(head);
        }
    }

    /// Makes the chain of the forwards that lead to one guest endpoint anew.
    private void relist(final long guestHi, final long guestLo, final int guestPort) {
        UdpPortForward head = null;
        for (int index = all.size() - 1; index >= 0; index--) {
            final UdpPortForward forward = all.get(index);
            if (forward.guestPort() == guestPort && forward.addressLo() == guestLo && forward.addressHi() == guestHi) {
                targets.remove(forward);
                forward.sibling = head;
                head = forward;
            }
        }
        if (head != null) {
            targets.add(head);
        }
    }
}
