package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.netns.InterfaceConfiguration;
import dev.tailrace.tapio.netns.NetworkNamespace;
import dev.tailrace.tapio.tap.DescriptorException;
import dev.tailrace.tapio.tap.LinkPort;
import dev.tailrace.tapio.tap.TapDevice;
import dev.tailrace.tapio.tap.TapFdOpener;
import dev.tailrace.tapio.tap.TapOpener;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Opens the guest's end of the network, of whatever kind, and says on the way what slirp4netns says.
final class GuestLink implements AutoCloseable {
    /// What a namespace configured by us uses: a host under bbr would halve what its guests reach.
    private static final String CONGESTION_CONTROL = "cubic";

    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;

    private final SlirpOptions options;
    private final Counters counters;
    private final Consumer<String> log;
    private @Nullable BessSocket bess;
    private int outcome = FAILURE;

    /// @param counters counts what the port loses
    /// @param log takes lines for the standard error
    GuestLink(final SlirpOptions options, final Counters counters, final Consumer<String> log) {
        this.options = options;
        this.counters = counters;
        this.log = log;
    }

    /// Opens it, which may mean to wait for a peer.
    ///
    /// @return the port, the caller's to close, or null: then [#outcome] says how to end
    @Nullable
    LinkPort open(final SignalPipe signals) {
        // No switch over patterns here: the JVM would make a class for it at each start.
        if (options.target() instanceof final SlirpTarget.TapFd tapFd) {
            return inherit(tapFd.fd());
        }
        if (options.target() instanceof final SlirpTarget.Bess target) {
            return await(target.path(), signals);
        }
        return enter();
    }

    /// The exit code, or the number of the signal to die of, negated, when there is no port.
    int outcome() {
        return outcome;
    }

    /// The directory of the file that [#close] removes, or -1.
    int directoryFd() {
        return bess == null ? -1 : bess.directoryFd();
    }

    /// Removes the file of the socket that was made.
    @Override
    public void close() {
        if (bess != null) {
            bess.close();
        }
    }

    private @Nullable LinkPort enter() {
        try {
            final TapDevice tap = TapOpener.open(
                    NetworkNamespace.ofPath(options.netnsPath(), options.usernsPath()),
                    options.tapName(),
                    configuration(options));
            log.accept("sent tapfd=" + tap.fd() + " for " + options.tapName());
            log.accept("received tapfd=" + tap.fd());
            return tap;
        } catch (final LinuxException e) {
            log.accept(TapOpener.referenceLine(e));
            log.accept("child failed(1)");
            return null;
        }
    }

    private @Nullable LinkPort inherit(final int fd) {
        try {
            final LinkPort port = TapFdOpener.open(fd, counters);
            log.accept("received tapfd=" + fd);
            return port;
        } catch (final DescriptorException | LinuxException e) {
            log.accept(Usage.PROGRAM + ": --netns-type=tapfd: " + e.getMessage());
            return null;
        }
    }

    private @Nullable LinkPort await(final String path, final SignalPipe signals) {
        try {
            final BessSocket socket = new BessSocket(path);
            bess = socket;
            log.accept("Waiting for connection to " + path);
            int answer = socket.await(signals.fd(), options.exitFd());
            while (answer == BessSocket.SIGNAL) {
                final int signal = ending(signals);
                if (signal != SignalPipe.NONE) {
                    outcome = -signal;
                    return null;
                }
                answer = socket.await(signals.fd(), options.exitFd());
            }
            if (answer == BessSocket.EXIT) {
                log.accept("exitfd event");
                log.accept("do_slirp is exiting");
                outcome = SUCCESS;
            }
            if (answer < 0) {
                return null;
            }
            log.accept("sent \"tapfd\"=" + answer + " (not really TAP) for " + path);
            log.accept("received tapfd=" + answer);
            return TapFdOpener.ofSocket(answer, counters);
        } catch (final LinuxException e) {
            log.accept(Usage.PROGRAM + ": --target-type=bess: " + e.getMessage());
            log.accept("child failed(1)");
            return null;
        }
    }

    /// The first signal that ends us, of those that wait; there are no counters to show yet.
    private static int ending(final SignalPipe signals) {
        int taken = signals.take();
        while (taken == Signals.SIGUSR1) {
            taken = signals.take();
        }
        return taken;
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
                CONGESTION_CONTROL,
                options.network().ipv6() != null);
    }
}
