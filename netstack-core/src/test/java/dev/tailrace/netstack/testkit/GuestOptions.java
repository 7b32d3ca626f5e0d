package dev.tailrace.netstack.testkit;

/// How a [GuestTcp] behaves. Fluent; the defaults are those of a Linux guest behind a TAP with offloads.
public final class GuestOptions {
    int mss = 1_460;
    int windowScale = 7;
    int receiveBufferBytes = 1 << 20;
    int initialSequence = 0x1000_0000;
    boolean isGso = true;
    boolean isDelayedAck = true;
    boolean isSackOffered = true;
    boolean isProbeWithPayload;
    int readBytes;
    long readIntervalNs;
    boolean isReading = true;
    long writeBytes;
    boolean isClosingAfterWrite;
    boolean isClosingAfterPeer;
    boolean isEchoExpected;
    long keepAliveNs;

    public GuestOptions mss(final int bytes) {
        mss = bytes;
        return this;
    }

    /// @param shift or [Packet#ABSENT] to not offer it
    public GuestOptions windowScale(final int shift) {
        windowScale = shift;
        return this;
    }

    public GuestOptions receiveBuffer(final int bytes) {
        receiveBufferBytes = bytes;
        return this;
    }

    public GuestOptions initialSequence(final int sequence) {
        initialSequence = sequence;
        return this;
    }

    /// Sends one segment a frame.
    public GuestOptions withoutGso() {
        isGso = false;
        return this;
    }

    /// Acknowledges each segment.
    public GuestOptions withoutDelayedAck() {
        isDelayedAck = false;
        return this;
    }

    /// Probes a zero window with one byte instead of an old sequence number as Linux does.
    public GuestOptions probeWithPayload() {
        isProbeWithPayload = true;
        return this;
    }

    /// Does not permit selective acknowledgements.
    public GuestOptions withoutSack() {
        isSackOffered = false;
        return this;
    }

    /// Reads `bytes` each `intervalNs` instead of all at once.
    public GuestOptions slowReader(final int bytes, final long intervalNs) {
        readBytes = bytes;
        readIntervalNs = intervalNs;
        return this;
    }

    /// Does not read until told.
    public GuestOptions notReading() {
        isReading = false;
        return this;
    }

    /// Writes `bytes` in all.
    public GuestOptions write(final long bytes) {
        writeBytes = bytes;
        return this;
    }

    /// Ends its direction behind the last byte.
    public GuestOptions closeAfterWrite() {
        isClosingAfterWrite = true;
        return this;
    }

    /// Ends its direction when the peer has ended the other and all is written.
    public GuestOptions closeAfterPeer() {
        isClosingAfterPeer = true;
        return this;
    }

    /// Expects what it wrote to come back.
    public GuestOptions expectEcho() {
        isEchoExpected = true;
        return this;
    }

    /// Probes the peer after so much silence.
    public GuestOptions keepAlive(final long intervalNs) {
        keepAliveNs = intervalNs;
        return this;
    }
}
