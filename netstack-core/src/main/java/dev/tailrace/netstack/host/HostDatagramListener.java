package dev.tailrace.netstack.host;

import org.agrona.DirectBuffer;

/// Hears of changes and datagrams of one [HostDatagram].
public interface HostDatagramListener {
    /// Datagrams or errors wait: call [HostDatagram#receive] (edge-triggered).
    void onReadable();

    /// One received message, valid during the call only.
    ///
    /// @param segmentBytes size of each datagram in a coalesced message (UDP_GRO), the last may be
    /// shorter; 0 for one
    void onDatagram(
            DirectBuffer buffer,
            int offset,
            int length,
            int segmentBytes,
            long sourceHi,
            long sourceLo,
            int sourcePort);

    /// A queued send failed as a whole.
    ///
    /// @param errno positive errno
    /// @param cookie the cookie of the failed send
    void onSendFailed(int errno, int cookie);

    /// An ICMP error arrived for a datagram sent earlier (IP_RECVERR).
    ///
    /// @param type ICMP type as received (v4 or v6 numbering, by the address' family)
    /// @param code ICMP code
    /// @param mtu next-hop MTU for fragmentation needed / packet too big, else 0
    /// @param destinationHi destination of the datagram that failed
    /// @param offenderHi address of the host that sent the error; both halves 0 when unknown or local
    void onIcmpError(
            int type,
            int code,
            int mtu,
            long destinationHi,
            long destinationLo,
            int destinationPort,
            long offenderHi,
            long offenderLo);
}
