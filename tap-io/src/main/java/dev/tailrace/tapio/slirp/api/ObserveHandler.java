package dev.tailrace.tapio.slirp.api;

import dev.tailrace.tapio.capture.Capture;
import dev.tailrace.tapio.capture.CaptureRequest;
import dev.tailrace.tapio.capture.CaptureSummary;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.slirp.observe.Observation;
import dev.tailrace.tapio.slirp.observe.ReplySource;

/// Carries out the requests that only look: statistics, flows, captures.
final class ObserveHandler {
    private final Observation observation;

    ObserveHandler(final Observation observation) {
        this.observation = observation;
    }

    ReplySource flows(final ApiRequest.Flows request) {
        return observation.flows(request.filter());
    }

    String stats() {
        return observation.stats();
    }

    String metrics() {
        return observation.metrics();
    }

    /// Starts a capture that lasts as long as its client stays, at most.
    ///
    /// @throws ApiException with the reason for the client
    ApiAnswer start(final ApiRequest.StartCapture start, final ApiClient client) {
        final int fd = client.takeDescriptor();
        if (fd == ApiClient.NO_DESCRIPTOR) {
            throw new ApiException("capture_start: no descriptor came with the request (SCM_RIGHTS)");
        }
        if (!isWritable(fd)) {
            Fd.close(fd);
            throw new ApiException("capture_start: the descriptor that came with the request is not open for writing");
        }
        try {
            final Capture capture = observation
                    .captures()
                    .start(
                            new CaptureRequest(
                                    fd,
                                    start.name(),
                                    start.filter(),
                                    start.snapLength(),
                                    start.maxBytes(),
                                    start.durationNs()),
                            observation.nowNs(),
                            summary -> client.conclude(summary(summary)));
            return new ApiAnswer(
                    ReplySource.of("{\"return\":{\"id\":" + capture.id() + "}}\n"),
                    () -> observation.captures().end(capture));
        } catch (final LinuxException e) {
            throw new ApiException("capture_start: " + e.getMessage());
        }
    }

    /// @throws ApiException with the reason for the client
    String stop(final ApiRequest.StopCapture stop) {
        if (!observation.captures().end(stop.id())) {
            throw ApiRequestParser.badArgument("capture_stop", "id");
        }
        return ApiReply.removed();
    }

    private static boolean isWritable(final int fd) {
        final int mode = Fd.fcntl(fd, Fd.F_GETFL, 0) & 3;
        return mode == Fd.O_WRONLY || mode == Fd.O_RDWR;
    }

    private static String summary(final CaptureSummary summary) {
        return "{\"return\":{\"id\":" + summary.id() + ",\"frames\":" + summary.frames() + ",\"bytes\":"
                + summary.bytes() + ",\"dropped\":" + summary.dropped() + "}}\n";
    }
}
