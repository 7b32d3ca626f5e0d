package dev.tailrace.tapio.capture;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Starts and ends captures of the frames of all loops. Owned by one thread.
public final class Captures implements AutoCloseable {
    /// What [#leftNs] answers when nothing is due.
    public static final long NOTHING_DUE = Long.MAX_VALUE;

    private static final int MOST = 4;
    private static final long ENDING_POLL_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long CLOSE_LIMIT_NS = TimeUnit.SECONDS.toNanos(1);

    private final List<CapturingLink> links;
    private final Consumer<String> log;
    private final List<Capture> running = new ArrayList<>();
    private final List<Capture> ending = new ArrayList<>();
    private int lastId;
    private long finishedDropped;
    private long finishedFrames;

    /// @param links one of each loop
    /// @param log takes lines that say when a capture begins and ends
    public Captures(final List<CapturingLink> links, final Consumer<String> log) {
        this.links = List.copyOf(links);
        this.log = log;
    }

    /// Starts a capture. The descriptor is taken over, also when this fails.
    ///
    /// @param onEnd told in a later [#doWork], once everything is written
    /// @throws LinuxException when there are as many as there may be, or the file takes no header
    public Capture start(final CaptureRequest request, final long nowNs, final Consumer<CaptureSummary> onEnd) {
        final Capture capture;
        try {
            if (running.size() + ending.size() >= MOST) {
                throw new LinuxException("more than " + MOST + " captures", request.name(), Errno.EBUSY);
            }
            capture = new Capture(lastId + 1, request, nowNs, epochNs() - System.nanoTime(), onEnd);
        } catch (final LinuxException e) {
            Fd.close(request.fd());
            throw e;
        }
        lastId++;
        running.add(capture);
        show();
        final String filter = request.filter().toString();
        log.accept("capture " + capture.id() + " to " + request.name() + ": "
                + (filter.isEmpty() ? "all frames" : filter));
        return capture;
    }

    /// Ends a capture; one that has ended already is no error.
    public void end(final Capture capture) {
        if (running.remove(capture)) {
            show();
            capture.end();
            ending.add(capture);
        }
    }

    /// Ends the capture with this id.
    ///
    /// @return whether there was one
    public boolean end(final int id) {
        for (final Capture capture : running) {
            if (capture.id() == id) {
                end(capture);
                return true;
            }
        }
        return false;
    }

    /// Looks at the clock: ends what is over, and tells those who wait for an end.
    public void doWork(final long nowNs) {
        for (int i = running.size() - 1; i >= 0; i--) {
            final Capture capture = running.get(i);
            if (capture.hasFailed()) {
                log.accept(
                        "capture " + capture.id() + " to " + capture.summary().name() + ": write: "
                                + Errno.text(capture.errno()) + ": frames are left out until it takes more");
            }
            if (capture.isOver(nowNs)) {
                end(capture);
            }
        }
        for (int i = ending.size() - 1; i >= 0; i--) {
            if (ending.get(i).isDone()) {
                finish(ending.remove(i));
            }
        }
    }

    /// Time until [#doWork] is due, or [#NOTHING_DUE].
    public long leftNs(final long nowNs) {
        long left = ending.isEmpty() ? NOTHING_DUE : ENDING_POLL_NS;
        for (int i = 0; i < running.size(); i++) {
            left = Math.min(left, running.get(i).leftNs(nowNs));
        }
        return left;
    }

    /// How the running ones stand.
    public List<CaptureSummary> running() {
        return running.stream().map(Capture::summary).toList();
    }

    /// Frames written by all captures, running and ended.
    public long totalFrames() {
        return finishedFrames
                + running.stream().mapToLong(c -> c.summary().frames()).sum();
    }

    /// Frames that captures did not keep up with.
    public long totalDropped() {
        return finishedDropped
                + running.stream().mapToLong(c -> c.summary().dropped()).sum();
    }

    /// Ends all, and waits a moment for what has still to be written.
    @Override
    public void close() {
        List.copyOf(running).forEach(this::end);
        final long startNs = System.nanoTime();
        while (!ending.isEmpty() && System.nanoTime() - startNs < CLOSE_LIMIT_NS) {
            LockSupport.parkNanos(this, ENDING_POLL_NS);
            doWork(System.nanoTime());
        }
        ending.forEach(capture -> log.accept("capture " + capture.id() + ": not all is written: its file is too slow"));
    }

    private void finish(final Capture capture) {
        final CaptureSummary summary = capture.summary();
        finishedFrames += summary.frames();
        finishedDropped += summary.dropped();
        log.accept("capture " + summary.id() + " to " + summary.name() + " ended: " + summary.frames() + " frames, "
                + summary.dropped() + " dropped"
                + (capture.errno() == 0 ? "" : " (write: " + Errno.text(capture.errno()) + ")"));
        capture.tellEnd();
    }

    private void show() {
        links.forEach(link -> link.captures(running.toArray(Capture[]::new)));
    }

    private static long epochNs() {
        final Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
