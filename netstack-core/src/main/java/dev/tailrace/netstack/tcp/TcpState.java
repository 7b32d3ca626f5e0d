package dev.tailrace.netstack.tcp;

/// States of RFC 9293 section 3.3.2 as seen from our end of the guest's connection, and one before them.
public enum TcpState {
    /// The guest's SYN waits for the host's connection.
    CONNECTING,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT,
    CLOSED;

    /// Whether both ends have agreed on sequence numbers.
    public boolean isSynchronized() {
        return compareTo(ESTABLISHED) >= 0 && this != CLOSED;
    }

    /// Whether the guest may still send payload.
    public boolean canReceive() {
        return this == ESTABLISHED || this == FIN_WAIT_1 || this == FIN_WAIT_2;
    }

    /// Whether we may still queue payload to the guest.
    public boolean canSend() {
        return this == ESTABLISHED || this == CLOSE_WAIT;
    }

    /// Whether our FIN is out and not acknowledged.
    public boolean awaitsFinAcknowledgement() {
        return this == FIN_WAIT_1 || this == CLOSING || this == LAST_ACK;
    }
}
