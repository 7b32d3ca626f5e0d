package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.capture.CaptureFile;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.tap.LinkPort;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The drop-in: connects a network namespace to the network of the user who runs it.
public final class Slirp4netns {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int SIGNALLED = 128;

    private Slirp4netns() {}

    /// Runs until its client, a signal or the end of the namespace ends it.
    public static void main(final String[] args) {
        int code = FAILURE;
        try {
            code = run(List.of(args));
        } catch (final RuntimeException | Error e) {
            error(Usage.PROGRAM + ": " + (e instanceof LinuxException ? e.getMessage() : describe(e)));
        }
        exit(code);
    }

    /// All of a start but what ends the process; the build trains its cache with it.
    ///
    /// @return the exit code
    public static int run(final List<String> args) {
        // No switch over patterns here: the JVM would make a class for it at each start.
        final ParseOutcome outcome = SlirpOptionsParser.parse(args);
        if (outcome instanceof final ParseOutcome.Exit exit) {
            print(exit.standardOutput());
            System.err.print(exit.standardError());
            return exit.code();
        }
        final ParseOutcome.Run run = (ParseOutcome.Run) outcome;
        final Log log = new Log(run.options().observe().logLevel(), Slirp4netns::error);
        if (log.says(LogLevel.WARN)) {
            print(run.standardOutput());
        }
        final SignalPipe signals = new SignalPipe();
        final ObserveOptions.CaptureOptions capture = run.options().observe().capture();
        // Before anything is restricted: the file may be where we cannot go later.
        final int captureFd = capture == null ? SlirpSession.NO_CAPTURE : CaptureFile.open(capture.path());
        final Counters counters = new Counters();
        final int ending;
        try (GuestLink guest = new GuestLink(run.options(), counters, log)) {
            final LinkPort link = guest.open(signals);
            ending = link == null
                    ? guest.outcome()
                    : serve(run.options(), link, counters, captureFd, signals, log, guest.directoryFd());
        }
        return ending < 0 ? dieOf(-ending) : ending;
    }

    /// @return the exit code, or the number of the signal to die of, negated
    private static int serve(
            final SlirpOptions options,
            final LinkPort link,
            final Counters counters,
            final int captureFd,
            final SignalPipe signals,
            final Log log,
            final int linkDirectoryFd) {
        if (log.says(LogLevel.INFO)) {
            print(Banner.text(options));
        }
        final SlirpSession.End end;
        try (SlirpSession session = new SlirpSession(options, link, counters, captureFd, signals, log)) {
            print(session.harden(options.sandbox(), linkDirectoryFd));
            if (options.readyFd() >= 0) {
                ReadyFd.tell(options.readyFd());
            }
            end = session.run();
        } catch (final LinuxException e) {
            // Only the API socket has a wording of the reference's.
            final boolean isApi = e.object().equals(options.apiSocket());
            error(isApi ? "api_bindlisten: " + e.call() + ": " + Errno.text(e.errno()) : e.getMessage());
            error("do_slirp is exiting");
            error("do_slirp failed");
            error("parent failed");
            return FAILURE;
        }
        if (end.signal() != 0) {
            return -end.signal();
        }
        log.info("do_slirp is exiting");
        return SUCCESS;
    }

    private static int dieOf(final int signal) {
        System.out.flush();
        Signals.restoreDefaultAndRaise(signal);
        return SIGNALLED + signal;
    }

    private static String describe(final Throwable failure) {
        failure.printStackTrace();
        return "internal error, please report it: " + failure;
    }

    private static void print(final String text) {
        System.out.print(text);
        System.out.flush();
    }

    private static void error(final @Nullable String line) {
        System.err.print(line + "\n");
        System.err.flush();
    }

    /// An orderly exit of the JVM would wait for nothing that we need.
    private static void exit(final int code) {
        System.out.flush();
        OwnProcess.exitNow(code);
    }
}
