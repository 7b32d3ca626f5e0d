package dev.tailrace.perf.matrix;

import java.util.Locale;

/// What the traffic of a cell is.
public enum Protocol {
    /// Bulk data over TCP, by iperf3.
    TCP,
    /// Datagrams over UDP as fast as the sender can, by iperf3.
    UDP,
    /// The same by programs that hand the kernel many datagrams at once and take as many (UDP_SEGMENT, UDP_GRO).
    UDPGSO,
    /// One byte and its answer over one TCP connection, again and again (request and response).
    RR,
    /// A new TCP connection for each byte and its answer (connect, request and response).
    CRR,
    /// No traffic: an [Operation] on containers.
    RUNTIME;

    /// The first part of a cell's id.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether the amount of bytes is what is measured, and not the time of an answer.
    public boolean isBulk() {
        return this == TCP || this == UDP || this == UDPGSO;
    }
}
