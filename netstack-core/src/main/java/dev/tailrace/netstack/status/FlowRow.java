package dev.tailrace.netstack.status;

import dev.tailrace.netstack.host.HostAddress;

/// One row of the table of flows, written by a [FlowSource] and read by whoever words it. One row serves for all flows,
/// so each source begins with [#begin]. Addresses as in [dev.tailrace.netstack.wire.IpAddress].
public final class FlowRow {
    /// A quantity that this kind of flow does not have, or that is not known yet.
    public static final long UNKNOWN = -1;

    /// State of a published port.
    public static final String LISTEN = "LISTEN";

    /// State of a mapping that sends anywhere and hears anyone.
    public static final String OPEN = "OPEN";

    /// Transport of a flow.
    public enum Kind {
        TCP,
        UDP,
        ICMP
    }

    public Kind kind = Kind.TCP;

    /// State of RFC 9293 for TCP; [#LISTEN], [#OPEN], or `DNS` for a mapping that serves name queries only.
    public String state = "";

    /// Whether the flow came in by a published port.
    public boolean isInbound;

    public long guestHi;
    public long guestLo;

    /// Port, or identifier of echo requests.
    public int guestPort;

    /// The other end as the guest sees it: for UDP and ICMP the one sent to last.
    public boolean hasPeer;

    public long peerHi;
    public long peerLo;
    public int peerPort;

    /// Where the host's socket is bound.
    public final HostAddress host = new HostAddress();

    /// Payload that the host has taken, and that the guest has acknowledged or was sent.
    public long bytesToHost;

    public long bytesToGuest;
    public long ageNs;
    public long idleNs;
    public long roundTripNs;
    public long roundTripVariationNs;

    /// Bytes that the guest's window takes beyond what it has acknowledged, and ours beyond what we have.
    public long sendWindowBytes;

    public long receiveWindowBytes;

    /// Payload held here: taken from the guest and not by the host; taken from the host and not acknowledged by the
    /// guest.
    public long backlogToHostBytes;

    public long backlogToGuestBytes;
    public long retransmissions;

    /// What the flow's timer waits for, or empty.
    public String timer = "";

    /// Starts a row without peer, host address or any quantity.
    public FlowRow begin(
            final Kind ofKind, final String inState, final long addressHi, final long addressLo, final int port) {
        kind = ofKind;
        state = inState;
        guestHi = addressHi;
        guestLo = addressLo;
        guestPort = port;
        isInbound = false;
        hasPeer = false;
        host.clear();
        bytesToHost = 0;
        bytesToGuest = 0;
        ageNs = UNKNOWN;
        idleNs = UNKNOWN;
        roundTripNs = UNKNOWN;
        roundTripVariationNs = UNKNOWN;
        sendWindowBytes = UNKNOWN;
        receiveWindowBytes = UNKNOWN;
        backlogToHostBytes = UNKNOWN;
        backlogToGuestBytes = UNKNOWN;
        retransmissions = UNKNOWN;
        timer = "";
        return this;
    }

    /// Takes all fields of another row over.
    FlowRow set(final FlowRow other) {
        begin(other.kind, other.state, other.guestHi, other.guestLo, other.guestPort);
        isInbound = other.isInbound;
        hasPeer = other.hasPeer;
        peerHi = other.peerHi;
        peerLo = other.peerLo;
        peerPort = other.peerPort;
        if (other.host.isKnown()) {
            host.set(other.host.hi(), other.host.lo(), other.host.port());
        }
        bytesToHost = other.bytesToHost;
        bytesToGuest = other.bytesToGuest;
        ageNs = other.ageNs;
        idleNs = other.idleNs;
        roundTripNs = other.roundTripNs;
        roundTripVariationNs = other.roundTripVariationNs;
        sendWindowBytes = other.sendWindowBytes;
        receiveWindowBytes = other.receiveWindowBytes;
        backlogToHostBytes = other.backlogToHostBytes;
        backlogToGuestBytes = other.backlogToGuestBytes;
        retransmissions = other.retransmissions;
        timer = other.timer;
        return this;
    }

    /// Says who is at the other end.
    public FlowRow peer(final long addressHi, final long addressLo, final int port) {
        hasPeer = true;
        peerHi = addressHi;
        peerLo = addressLo;
        peerPort = port;
        return this;
    }
}
