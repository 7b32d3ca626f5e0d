package dev.tailrace.netstack.tcp;

import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.wire.EtherType;
import dev.tailrace.netstack.wire.EthernetFlyweight;
import org.agrona.concurrent.UnsafeBuffer;

/// Segments of connections that this stack does not have. Where several stacks read one device, the kernel hands a
/// connection's segments to the reader that wrote to it last, but forgets that after a few seconds without any: the
/// others are asked before a segment is answered by RST. Owned by the stack's thread.
final class StraySegments {
    private static final int HEADERS_LENGTH = LinkDevice.VNET_HEADER_LENGTH + EthernetFlyweight.HEADER_LENGTH;

    private final LinkDevice link;
    private final UnsafeBuffer headers = new UnsafeBuffer(new byte[HEADERS_LENGTH]);
    private final EthernetFlyweight ethernet = new EthernetFlyweight();

    StraySegments(final LinkDevice link) {
        this.link = link;
        ethernet.wrap(headers, LinkDevice.VNET_HEADER_LENGTH);
    }

    /// @return whether another stack has it now
    boolean passOn(final IngressPacket packet) {
        if (!packet.isReassembled) {
            final int start = packet.ipOffset - HEADERS_LENGTH;
            return link.passOn(packet.buffer, start, HEADERS_LENGTH, packet.buffer, packet.ipOffset, packet.ipLength());
        }
        // Its fragments were summed by the guest and verified here: the vnet header asks for nothing.
        ethernet.source(packet.sourceMac);
        ethernet.etherType(packet.isIpv4() ? EtherType.IPV4 : EtherType.IPV6);
        return link.passOn(headers, 0, HEADERS_LENGTH, packet.buffer, packet.ipOffset, packet.ipLength());
    }
}
