package dev.tailrace.tapio.lab;

/// What a [FrameRelay] does with the frames that pass: lose, hold back, repeat, change.
@FunctionalInterface
public interface FrameRule {
    /// Passes every frame at once.
    FrameRule PASS = (frame, toGuest, nowNs, out) -> out.send(frame, nowNs);

    /// Judges one frame: it goes on once for each call of `out`, and is lost when there is none. Called by the relay's
    /// thread only, in the order in which frames arrive on each side.
    ///
    /// @param frame an Ethernet frame without checksum; the rule's own from now on
    /// @param toGuest whether it goes from the program under test to the guest, or the other way
    /// @param nowNs the time of `System.nanoTime`
    void onFrame(byte[] frame, boolean toGuest, long nowNs, Output out);

    /// Where frames go on.
    @FunctionalInterface
    interface Output {
        /// Sends `frame`, in the direction in which the judged one goes, at the time `atNs` or when the
        /// other side takes it. Frames for the same time stay in order.
        void send(byte[] frame, long atNs);
    }
}
