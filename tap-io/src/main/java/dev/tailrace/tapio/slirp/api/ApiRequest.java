package dev.tailrace.tapio.slirp.api;

import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.tapio.capture.CaptureFilter;
import dev.tailrace.tapio.slirp.observe.FlowFilter;

/// What a client asks.
sealed interface ApiRequest {
    /// Forward a port. The addresses are of either family, and need not be of the same.
    record AddForward(PortForward.Protocol protocol, IpLiteral host, int hostPort, IpLiteral guest, int guestPort)
            implements ApiRequest {}

    /// Tell all forwarded ports.
    record ListForwards() implements ApiRequest {}

    /// Tell counters and totals as JSON.
    record Stats() implements ApiRequest {}

    /// Tell them in the text format of Prometheus.
    record Metrics() implements ApiRequest {}

    /// Tell flows.
    record Flows(FlowFilter filter) implements ApiRequest {}

    /// Write frames to the descriptor that comes with the request, as long as the client stays connected.
    ///
    /// @param name how messages call the file, printable
    record StartCapture(String name, CaptureFilter filter, int snapLength, long maxBytes, long durationNs)
            implements ApiRequest {}

    /// End a capture.
    record StopCapture(int id) implements ApiRequest {}

    /// Forward a port no longer.
    record RemoveForward(int id) implements ApiRequest {}
}
