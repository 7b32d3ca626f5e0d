package dev.tailrace.netstack.stack;

import java.util.List;

/// Host forwarding: ports of the host that lead to the guest, the client's address kept.
public interface PortForwards {
    /// Binds the host's port at once.
    ///
    /// @return the id, 1 or more, never used again
    /// @throws dev.tailrace.netstack.host.HostException when the port cannot be bound
    int add(
            PortForward.Protocol protocol,
            long hostHi,
            long hostLo,
            int hostPort,
            long guestHi,
            long guestLo,
            int guestPort);

    /// Names another address of the guest, where the clients of a TCP forward are led who are refused at its own: a
    /// server may listen in one family only. There they appear as the gateway.
    void fallBackTo(int id, long guestHi, long guestLo);

    /// Lets `taker` have those clients of a TCP forward that are on the host's own loopback (127.0.0.0/8, `::1`).
    void divertLoopback(int id, ClientTaker taker);

    /// Closes the host's port; connections that came through it stay.
    ///
    /// @return whether there was such a forward
    boolean remove(int id);

    /// The forwards in order of their ids.
    List<PortForward> list();
}
