package dev.tailrace.netstack.link;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.ArpFlyweight;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.MacAddress;
import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// Answers ARP requests for our addresses, learns the neighbours who speak, and asks for those unknown (RFC 826).
/// Owned by the stack.
///
/// Nobody can take one of our addresses over, and no address of many hosts gets into the table.
public final class ArpResponder {
    private static final int ARP_OFFSET = LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH;

    /// The vnet header and the shortest Ethernet frame without its checksum.
    private static final int FRAME_LENGTH = LinkDevice.VNET_HEADER_LENGTH + 60;

    private final CountedLink link;
    private final LocalAddresses addresses;
    private final NeighborTable neighbors;
    private final Counters counters;

    private final ArpFlyweight in = new ArpFlyweight();
    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(FRAME_LENGTH));
    private final EthernetFlyweight ethernet = new EthernetFlyweight().wrap(frame, LinkDevice.VNET_HEADER_LENGTH);
    private final ArpFlyweight out = new ArpFlyweight().wrap(frame, ARP_OFFSET);

    public ArpResponder(
            final LinkDevice device,
            final LocalAddresses addresses,
            final NeighborTable neighbors,
            final Counters counters) {
        this.link = new CountedLink(device, counters);
        this.addresses = addresses;
        this.neighbors = neighbors;
        this.counters = counters;
    }

    /// Takes one ARP packet of the guest.
    ///
    /// @param offset start of the ARP packet, after the Ethernet header
    /// @param length bytes from there to the end of the frame
    public void onFrame(final MutableDirectBuffer buffer, final int offset, final int length) {
        counters.increment(Counter.ARP_IN);
        in.wrap(buffer, offset);
        if (!in.check(length) || !isOperationKnown() || !isOneHost(in.senderMac())) {
            counters.increment(Counter.DROP_ARP_BAD);
            return;
        }
        final int sender = in.senderAddress();
        // A request from 0.0.0.0 probes whether an address is free (RFC 5227 section 2.1.1): answered, not learned.
        if (sender != 0) {
            if (!isUnicast(sender) || addresses.isOurs(sender)) {
                counters.increment(Counter.DROP_ARP_BAD);
                return;
            }
            neighbors.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(sender), in.senderMac());
        }
        final int target = in.targetAddress();
        if (in.operation() == ArpFlyweight.REQUEST && addresses.isOurs(target)) {
            clear();
            out.writeHeader(ArpFlyweight.REPLY).targetMac(in.senderMac()).targetAddress(sender);
            transmit(target, in.senderMac());
            counters.increment(Counter.ARP_REPLIES);
        }
    }

    /// Asks everybody on the link who has an address.
    ///
    /// @param guestAddress IPv4 address as a number in network order
    public void request(final int guestAddress) {
        clear();
        out.writeHeader(ArpFlyweight.REQUEST).targetMac(0).targetAddress(guestAddress);
        transmit(addresses.gateway(), MacAddress.BROADCAST);
        counters.increment(Counter.ARP_REQUESTS);
    }

    private boolean isOperationKnown() {
        return in.operation() == ArpFlyweight.REQUEST || in.operation() == ArpFlyweight.REPLY;
    }

    private static boolean isOneHost(final long macAddress) {
        return macAddress != 0 && !MacAddress.isMulticast(macAddress);
    }

    private static boolean isUnicast(final int address) {
        final int first = address >>> 24;
        return first != 0 && first != 127 && first < 224;
    }

    /// Every frame starts from zeroes: the virtio-net header and the padding hold nothing of what was there before.
    private void clear() {
        frame.setMemory(0, FRAME_LENGTH, (byte) 0);
        ethernet.etherType(EtherType.ARP);
    }

    private void transmit(final int sender, final long destination) {
        final long mac = LocalAddresses.macOf(sender);
        ethernet.destination(destination).source(mac);
        out.senderMac(mac).senderAddress(sender);
        link.send(frame, FRAME_LENGTH);
    }
}
