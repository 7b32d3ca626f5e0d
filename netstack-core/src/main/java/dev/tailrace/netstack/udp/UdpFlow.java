package dev.tailrace.netstack.udp;

import dev.tailrace.netstack.dns.NameServer;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.timer.Timer;
import org.agrona.DirectBuffer;

/// One mapping: a guest endpoint and the unconnected host socket that stands for it.
///
/// An ordinary mapping sends anywhere and hears anyone (endpoint-independent mapping and filtering, RFC 4787). A name
/// mapping sends to the host's resolver and hears it only.
final class UdpFlow extends UdpEndpoint {
    /// Above the port in the key: a guest port may have a mapping of either kind.
    static final int NAME_KIND = 1 << 16;

    final Timer expiry = new Timer() {
        @Override
        public void onTimeout(final long nowNs) {
            forwarder.expire(UdpFlow.this);
        }
    };

    /// Whether its host socket is an IPv6 one: as the guest's endpoint, but for name mappings as the resolver.
    final boolean isIpv6;

    long idleNs;

    /// The resolver that the last query went to; name mappings only.
    long resolverHi;

    long resolverLo;

    UdpFlow(
            final UdpForwarder forwarder,
            final long guestHi,
            final long guestLo,
            final int number,
            final boolean isIpv6) {
        super(forwarder, guestHi, guestLo, number);
        this.isIpv6 = isIpv6;
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
        long seenLo = sourceLo;
        long seenHi = sourceHi;
        if (isNameFlow()) {
            if (!isResolver(sourceHi, sourceLo, sourcePort)) {
                forwarder.counters.increment(Counter.DROP_UDP_DENIED);
                return;
            }
            seenHi = forwarder.network.nameServerHi(isGuestIpv4());
            seenLo = forwarder.network.nameServerLo(isGuestIpv4());
        } else if (VirtualNetwork.isLoopback(sourceHi, sourceLo)) {
            if (!forwarder.network.hostLoopback()) {
                forwarder.counters.increment(Counter.DROP_UDP_DENIED);
                return;
            }
            seenHi = forwarder.network.gatewayHi(isGuestIpv4());
            seenLo = forwarder.network.gatewayLo(isGuestIpv4());
        }
        forwarder.touch(this);
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
        final VirtualNetwork network = forwarder.network;
        if (isNameFlow()) {
            if (isResolver(destinationHi, destinationLo, destinationPort)) {
                final long serverHi = network.nameServerHi(isGuestIpv4());
                final long serverLo = network.nameServerLo(isGuestIpv4());
                final boolean isResolver = offenderHi == resolverHi && offenderLo == resolverLo;
                forwarder.error(
                        this,
                        isIpv6,
                        type,
                        code,
                        mtu,
                        serverHi,
                        serverLo,
                        destinationPort,
                        isResolver ? serverHi : offenderHi,
                        isResolver ? serverLo : offenderLo);
            }
            return;
        }
        final boolean isHost = VirtualNetwork.isLoopback(destinationHi, destinationLo);
        forwarder.error(
                this,
                isIpv6,
                type,
                code,
                mtu,
                isHost ? network.gatewayHi(!isIpv6) : destinationHi,
                isHost ? network.gatewayLo(!isIpv6) : destinationLo,
                destinationPort,
                offenderHi,
                offenderLo);
    }

    boolean isNameFlow() {
        return (number() & NAME_KIND) != 0;
    }

    private boolean isResolver(final long hi, final long lo, final int port) {
        return hi == resolverHi && lo == resolverLo && port == NameServer.PORT;
    }
}
