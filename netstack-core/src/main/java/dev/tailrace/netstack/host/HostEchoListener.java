package dev.tailrace.netstack.host;

import org.agrona.DirectBuffer;

/// Hears of replies and errors of one [HostEcho].
public interface HostEchoListener {
    /// One echo reply, valid during the call only; the identifier field holds the kernel's, not the guest's.
    void onReply(DirectBuffer buffer, int offset, int length, long sourceHi, long sourceLo);

    /// An ICMP error arrived for a request sent earlier; see [HostDatagramListener#onIcmpError].
    ///
    /// @param sequence sequence number of the request that failed, or -1 when unknown
    void onIcmpError(
            int type,
            int code,
            int mtu,
            int sequence,
            long destinationHi,
            long destinationLo,
            long offenderHi,
            long offenderLo);
}
