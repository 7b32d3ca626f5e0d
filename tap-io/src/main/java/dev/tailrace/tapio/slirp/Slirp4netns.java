package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.capture.CaptureFile;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.netns.InterfaceConfiguration;
import dev.tailrace.tapio.netns.NetworkNamespace;
import dev.tailrace.tapio.tap.TapDevice;
import dev.tailrace.tapio.tap.TapOpener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The drop-in: connects a network namespace to the network of the user who runs it.
public final class Slirp4netns {
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int SIGNALLED = 128;

    /// What a namespace configured by us uses: a host under bbr would halve what its guests reach.
    private static final String CONGESTION_CONTROL = "cubic";

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

    /// No switch over patterns here: the JVM would make a class for it at each start.
    private static int run(final List<String> args) {
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
        final TapDevice tap = open(run.options(), log);
        return tap == null ? FAILURE : serve(run.options(), tap, captureFd, signals, log);
    }

    private static @Nullable TapDevice open(final SlirpOptions options, final Log log) {
        try {
            final TapDevice tap = TapOpener.open(
                    NetworkNamespace.ofPath(options.netnsPath(), options.usernsPath()),
                    options.tapName(),
                    configuration(options));
            log.info("sent tapfd=" + tap.fd() + " for " + options.tapName());
            log.info("received tapfd=" + tap.fd());
            return tap;
        } catch (final LinuxException e) {
            error(TapOpener.referenceLine(e));
            error("child failed(1)");
            return null;
        }
    }

    private static int serve(
            final SlirpOptions options,
            final TapDevice tap,
            final int captureFd,
            final SignalPipe signals,
            final Log log) {
        if (log.says(LogLevel.INFO)) {
            print(Banner.text(options));
        }
        final SlirpSession.End end;
        try (SlirpSession session = new SlirpSession(options, tap, captureFd, signals, log)) {
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
            System.out.flush();
            Signals.restoreDefaultAndRaise(end.signal());
            return SIGNALLED + end.signal();
        }
        log.info("do_slirp is exiting");
        return SUCCESS;
    }

    private static @Nullable InterfaceConfiguration configuration(final SlirpOptions options) {
        if (!options.configure()) {
            return null;
        }
        final long mac = options.network().guestMac();
        return InterfaceConfiguration.ofNetwork(
                options.network().network(),
                options.network().prefixLength(),
                options.network().mtu(),
                mac == 0 ? InterfaceConfiguration.KEEP_MAC : mac,
                CONGESTION_CONTROL);
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
