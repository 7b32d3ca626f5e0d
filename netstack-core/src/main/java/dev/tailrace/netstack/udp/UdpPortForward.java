package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.FlowRow;
import dev.tailrace.netstack.wire.IpAddress;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/// A published UDP port: a bound host socket that leads to one guest endpoint, the clients' addresses kept.
///
/// A client whose address means nothing to the guest (the host's loopback, an address inside the
/// virtual network, or one of the other family) appears as the gateway with the client's port.
final class UdpPortForward extends UdpEndpoint {
    final int id;

    /// The next published port that leads to the same guest endpoint.
    @Nullable
    UdpPortForward sibling;

    private final UdpPortForwards forwards;

    UdpPortForward(
            final UdpPortForwards forwards,
            final UdpForwarder forwarder,
            final int id,
            final long guestHi,
            final long guestLo,
            final int guestPort) {
        super(forwarder, guestHi, guestLo, guestPort);
        this.forwards = forwards;
        this.id = id;
    }

    // hot path
    @Override
    public void onDatagram(
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final int segmentBytes,
            final long sourceHi,
            final long sourceLo,
            final int sourcePort) {
        if (sourcePort == 0) {
            forwarder.counters.increment(Counter.DROP_UDP_PORT_ZERO);
            return;
        }
        final boolean isForeign = isForeign(sourceHi, sourceLo);
        final long seenHi = isForeign ? sourceHi : forwarder.network.gatewayHi(isGuestIpv4());
        final long seenLo = isForeign ? sourceLo : forwarder.network.gatewayLo(isGuestIpv4());
        forwards.remember(this, seenHi, seenLo, sourcePort, sourceHi, sourceLo);
        received(length);
        forwarder.egress.udp(
                seenHi,
                seenLo,
                sourcePort,
                addressHi(),
                addressLo(),
                guestPort(),
                buffer,
                offset,
                length,
                segmentBytes,
                UdpForwarder.HOP_LIMIT);
    }

    @Override
    public void onIcmpError(
            final int type,
            final int code,
            final int mtu,
            final long destinationHi,
            final long destinationLo,
            final int destinationPort,
            final long offenderHi,
            final long offenderLo) {
        final boolean isForeign = isForeign(destinationHi, destinationLo);
        forwarder.error(
                this,
                !IpAddress.isIpv4(destinationHi, destinationLo),
                type,
                code,
                mtu,
                isForeign ? destinationHi : forwarder.network.gatewayHi(isGuestIpv4()),
                isForeign ? destinationLo : forwarder.network.gatewayLo(isGuestIpv4()),
                destinationPort,
                offenderHi,
                offenderLo);
    }

    @Override
    String state() {
        return FlowRow.LISTEN;
    }

    /// Whether a client's address means to the guest what it means to us.
    private boolean isForeign(final long hi, final long lo) {
        return forwarder.network.isShown(hi, lo, isGuestIpv4());
    }
}
