package dev.tailrace.netstack.stack;

import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStream;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.status.FlowSource;
import dev.tailrace.netstack.tcp.TcpForwarder;
import dev.tailrace.netstack.udp.UdpPortForwards;
import dev.tailrace.netstack.wire.IpLiteral;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The ports forwarded now. Control plane, on the stack's thread.
final class ForwardTable implements PortForwards {
    private final HostSockets sockets;
    private final TcpForwarder tcp;
    private final UdpPortForwards udp;
    private final Map<Integer, PortForward> forwards = new TreeMap<>();
    private final Map<Integer, HostListener> listeners = new TreeMap<>();
    private final Map<Integer, IpLiteral> fallbacks = new TreeMap<>();
    private final Map<Integer, ClientTaker> takers = new TreeMap<>();
    private int lastId;

    ForwardTable(final HostSockets sockets, final TcpForwarder tcp, final UdpPortForwards udp) {
        this.sockets = sockets;
        this.tcp = tcp;
        this.udp = udp;
    }

    @Override
    public int add(
            final PortForward.Protocol protocol,
            final long hostHi,
            final long hostLo,
            final int hostPort,
            final long guestHi,
            final long guestLo,
            final int guestPort) {
        final int id = lastId + 1;
        switch (protocol) {
            case TCP ->
                listeners.put(
                        id,
                        sockets.listen(
                                hostHi,
                                hostLo,
                                hostPort,
                                (stream, peerHi, peerLo, peerPort) -> isTaken(id, stream, peerHi, peerLo, peerPort)
                                        ? null
                                        : tcp.accept(
                                                stream,
                                                peerHi,
                                                peerLo,
                                                peerPort,
                                                guestHi,
                                                guestLo,
                                                guestPort,
                                                fallbacks.get(id))));
            case UDP -> udp.open(id, hostHi, hostLo, hostPort, guestHi, guestLo, guestPort);
        }
        lastId = id;
        forwards.put(id, new PortForward(id, protocol, hostHi, hostLo, hostPort, guestHi, guestLo, guestPort));
        return id;
    }

    @Override
    public void fallBackTo(final int id, final long guestHi, final long guestLo) {
        if (listeners.containsKey(id)) {
            fallbacks.put(id, new IpLiteral(guestHi, guestLo));
        }
    }

    @Override
    public void divertLoopback(final int id, final ClientTaker taker) {
        if (listeners.containsKey(id)) {
            takers.put(id, taker);
        }
    }

    private boolean isTaken(
            final int id, final HostStream stream, final long peerHi, final long peerLo, final int peerPort) {
        final ClientTaker taker = takers.get(id);
        return taker != null
                && VirtualNetwork.isLoopback(peerHi, peerLo)
                && taker.take(stream, peerHi, peerLo, peerPort);
    }

    @Override
    public boolean remove(final int id) {
        final PortForward forward = forwards.remove(id);
        if (forward == null) {
            return false;
        }
        fallbacks.remove(id);
        takers.remove(id);
        final HostListener listener = listeners.remove(id);
        if (listener != null) {
            listener.close();
        } else {
            udp.close(id);
        }
        return true;
    }

    @Override
    public List<PortForward> list() {
        return List.copyOf(forwards.values());
    }

    int size() {
        return forwards.size();
    }

    /// Adds the published TCP ports; those of UDP are sockets of the UDP forwarder and have rows there.
    void collect(final List<FlowSource> sources) {
        for (final PortForward forward : forwards.values()) {
            if (forward.protocol() == PortForward.Protocol.TCP) {
                sources.add((row, nowNs) -> describe(forward, row));
            }
        }
    }

    private boolean describe(final PortForward forward, final FlowRow row) {
        row.begin(FlowRow.Kind.TCP, FlowRow.LISTEN, forward.guestHi(), forward.guestLo(), forward.guestPort());
        row.host.set(forward.hostHi(), forward.hostLo(), forward.hostPort());
        row.isInbound = true;
        return forwards.containsKey(forward.id());
    }

    void close() {
        list().forEach(forward -> remove(forward.id()));
    }
}
