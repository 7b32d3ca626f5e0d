package dev.tailrace.netstack.testkit;

import java.util.HashMap;
import java.util.Map;

/// Looks at every TCP segment on the link and holds the stack to what must be true of each connection.
///
/// - the right edge of the window it advertises never moves left, nor does its acknowledgement;
/// - it acknowledges nothing that the guest has not sent;
/// - it sends nothing beyond the window that the guest has advertised, but for one byte (a probe) or a FIN;
/// - no segment is longer than the guest's MSS;
/// - SACK is told only where both have permitted it, beyond the acknowledgement, of what the guest has sent, in blocks
///   apart from each other, and never beside payload;
/// - after its RST it says nothing more.
public final class FlowChecker implements SimLink.Observer {
    private static final int DEFAULT_MSS = 536;

    private final Map<Key, Flow> flows = new HashMap<>();
    private final int linkMss;
    private long checked;
    private boolean areLongSegmentsTolerated;

    private record Key(int guest, int guestPort, int remote, int remotePort) {}

    private static final class Flow {
        boolean hasGuestSyn;
        boolean hasStackSyn;
        int guestShiftOffered = Packet.ABSENT;
        int guestMss = DEFAULT_MSS;
        boolean isGuestSackPermitted;
        boolean isStackSackPermitted;
        boolean isNextSackPermitted;
        int nextShiftOffered = Packet.ABSENT;
        int nextMss;
        int nextEnd;
        int guestEnd;
        int guestAck;
        int guestEdge;
        boolean hasGuestEdge;
        int stackIss;
        int stackEnd;
        int stackShift;
        int stackAck;
        int stackEdge;
        boolean hasStackEdge;
        boolean isReset;
    }

    /// @param mtu of the link in bytes
    public FlowChecker(final int mtu) {
        this.linkMss = mtu - 40;
    }

    /// Does not hold the stack to the guest's MSS from now on: there is a least one that it follows.
    public void tolerateLongSegments() {
        areLongSegmentsTolerated = true;
    }

    /// Segments looked at.
    public long checked() {
        return checked;
    }

    @Override
    public void seen(final boolean isFromStack, final Packet packet) {
        if (!packet.isTcp()) {
            return;
        }
        checked++;
        if (isFromStack) {
            final Key key =
                    new Key(packet.destination(), packet.destinationPort(), packet.source(), packet.sourcePort());
            fromStack(flows.computeIfAbsent(key, unused -> new Flow()), packet);
        } else {
            final Key key =
                    new Key(packet.source(), packet.sourcePort(), packet.destination(), packet.destinationPort());
            fromGuest(key, packet);
        }
    }

    private void fromGuest(final Key key, final Packet packet) {
        Flow flow = flows.get(key);
        if (packet.has(Packet.SYN)) {
            final boolean isFirst = !packet.has(Packet.ACK);
            if (flow == null
                    || (isFirst && packet.seq() + 1 != flow.guestEnd && !flow.hasStackEdge)
                    || (isFirst && flow.isReset)) {
                flow = new Flow();
                flows.put(key, flow);
            } else if (isFirst && flow.hasGuestSyn && flow.hasStackEdge) {
                // A SYN inside a connection, or the next connection of the same addresses: known by our SYN|ACK.
                flow.nextShiftOffered = packet.windowScale();
                flow.nextMss = packet.mss() == Packet.ABSENT ? DEFAULT_MSS : packet.mss();
                flow.nextEnd = packet.seq() + 1;
                flow.isNextSackPermitted = packet.isSackPermitted();
                return;
            }
            flow.hasGuestSyn = true;
            flow.guestShiftOffered = packet.windowScale();
            flow.guestMss = packet.mss() == Packet.ABSENT ? DEFAULT_MSS : packet.mss();
            flow.guestEnd = packet.seq() + 1;
            flow.isGuestSackPermitted = packet.isSackPermitted();
            if (packet.has(Packet.ACK)) {
                flow.guestAck = packet.ack();
                flow.guestEdge = packet.ack() + packet.window();
                flow.hasGuestEdge = true;
            }
            return;
        }
        if (flow == null) {
            return;
        }
        final int end = packet.seq() + packet.sequenceLength();
        if (end - flow.guestEnd > 0) {
            flow.guestEnd = end;
        }
        if (packet.has(Packet.ACK)
                && flow.hasStackSyn
                && packet.ack() - flow.stackEnd <= 0
                && packet.ack() - flow.stackIss > 0) {
            final int shift = flow.stackShift != Packet.ABSENT && flow.guestShiftOffered != Packet.ABSENT
                    ? Math.min(14, flow.guestShiftOffered)
                    : 0;
            final int edge = packet.ack() + (packet.window() << shift);
            if (!flow.hasGuestEdge || edge - flow.guestEdge > 0) {
                flow.guestEdge = edge;
                flow.hasGuestEdge = true;
            }
            if (packet.ack() - flow.guestAck > 0) {
                flow.guestAck = packet.ack();
            }
        }
    }

    private void fromStack(final Flow flow, final Packet packet) {
        if (packet.has(Packet.RST)) {
            // One that answers a bad acknowledgement in SYN-RECEIVED ends nothing (RFC 9293 section 3.10.7.4).
            flow.isReset |= packet.has(Packet.ACK) || packet.seq() == flow.stackEnd;
            return;
        }
        if (packet.has(Packet.SYN)) {
            syn(flow, packet);
            return;
        }
        if (!flow.hasStackSyn) {
            return;
        }
        require(!flow.isReset, "a segment after RST", packet);
        require(packet.has(Packet.ACK), "a segment without ACK", packet);
        require(!packet.hasOtherOptions && packet.mss() == Packet.ABSENT, "options", packet);
        selective(flow, packet);
        advertised(flow, packet);
        final int length = packet.payloadLength();
        final int guestMss = areLongSegmentsTolerated ? Integer.MAX_VALUE : flow.guestMss;
        require(packet.gsoSize() <= guestMss, "gso_size over the guest's MSS " + flow.guestMss, packet);
        require(packet.gsoSize() != 0 || length <= guestMss, "longer than the MSS " + flow.guestMss, packet);
        final int end = packet.seq() + length;
        if (flow.hasGuestEdge && length > 0) {
            final boolean isProbe = length == 1 && packet.seq() - flow.guestEdge <= 0;
            require(
                    end - flow.guestEdge <= 0 || isProbe,
                    "beyond the guest's window by " + (end - flow.guestEdge),
                    packet);
        }
        if (packet.has(Packet.FIN) && flow.hasGuestEdge) {
            require(end - flow.guestEdge <= 0, "FIN beyond the guest's window", packet);
        }
        final int sequenceEnd = packet.seq() + packet.sequenceLength();
        if (sequenceEnd - flow.stackEnd > 0) {
            flow.stackEnd = sequenceEnd;
        }
    }

    private static void selective(final Flow flow, final Packet packet) {
        require(!packet.isSackPermitted(), "SACK-permitted outside of a SYN", packet);
        if (packet.sackBlocks() == 0) {
            return;
        }
        require(flow.isGuestSackPermitted && flow.isStackSackPermitted, "SACK that was not permitted", packet);
        require(packet.payloadLength() == 0, "SACK beside payload", packet);
        final int first = tellsRepetition(packet) ? 1 : 0;
        for (int block = 0; block < packet.sackBlocks(); block++) {
            final int start = packet.sackStart(block);
            final int end = packet.sackEnd(block);
            require(block < first || start - packet.ack() > 0, "SACK of what is acknowledged", packet);
            require(end - start > 0 && end - flow.guestEnd <= 0, "SACK of what was not sent", packet);
            for (int other = first; other < block; other++) {
                require(
                        end - packet.sackStart(other) < 0 || packet.sackEnd(other) - start < 0,
                        "SACK blocks that touch",
                        packet);
            }
        }
    }

    /// RFC 2883 section 4: the first block lies before the acknowledgement or within the second block.
    private static boolean tellsRepetition(final Packet packet) {
        final boolean isAcknowledged = packet.sackEnd(0) - packet.ack() <= 0;
        final boolean isHeld = packet.sackBlocks() > 1
                && packet.sackStart(0) - packet.sackStart(1) >= 0
                && packet.sackEnd(0) - packet.sackEnd(1) <= 0;
        return isAcknowledged || isHeld;
    }

    private void syn(final Flow flow, final Packet packet) {
        if (flow.hasStackSyn && packet.seq() == flow.stackIss) {
            return;
        }
        if (packet.has(Packet.ACK) && flow.hasStackSyn && packet.ack() == flow.nextEnd) {
            flow.guestShiftOffered = flow.nextShiftOffered;
            flow.guestMss = flow.nextMss;
            flow.isGuestSackPermitted = flow.isNextSackPermitted;
        }
        flow.hasStackSyn = true;
        flow.isReset = false;
        flow.stackIss = packet.seq();
        flow.stackEnd = packet.seq() + 1;
        flow.stackShift = packet.windowScale();
        flow.isStackSackPermitted = packet.isSackPermitted();
        flow.hasStackEdge = false;
        require(packet.mss() == linkMss, "MSS option " + packet.mss(), packet);
        require(!packet.hasOtherOptions, "options that we do not do", packet);
        if (packet.has(Packet.ACK)) {
            final boolean isOffered = flow.guestShiftOffered != Packet.ABSENT;
            require(isOffered == (packet.windowScale() != Packet.ABSENT), "window scale without offer", packet);
            require(flow.isGuestSackPermitted == packet.isSackPermitted(), "SACK-permitted without offer", packet);
            flow.hasStackEdge = true;
            flow.stackAck = packet.ack();
            flow.stackEdge = packet.ack() + packet.window();
            flow.guestEnd = packet.ack();
            flow.hasGuestEdge = false;
        }
    }

    private static void advertised(final Flow flow, final Packet packet) {
        final boolean isScaled = flow.stackShift != Packet.ABSENT && flow.guestShiftOffered != Packet.ABSENT;
        final int edge = packet.ack() + (packet.window() << (isScaled ? flow.stackShift : 0));
        require(packet.ack() - flow.guestEnd <= 0, "acknowledges what was not sent", packet);
        if (flow.hasStackEdge) {
            require(packet.ack() - flow.stackAck >= 0, "acknowledgement moves left", packet);
            require(
                    edge - flow.stackEdge >= 0,
                    "the right window edge moves left by " + (flow.stackEdge - edge),
                    packet);
        }
        flow.hasStackEdge = true;
        flow.stackAck = packet.ack();
        flow.stackEdge = edge;
    }

    private static void require(final boolean condition, final String message, final Packet packet) {
        if (!condition) {
            throw new AssertionError(message + ": " + packet);
        }
    }
}
