package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.netns.InterfaceConfiguration;
import dev.tailrace.tapio.netns.NetworkNamespace;
import dev.tailrace.tapio.tap.DescriptorException;
import dev.tailrace.tapio.tap.LinkPort;
import dev.tailrace.tapio.tap.SharedTap;
import dev.tailrace.tapio.tap.TapDevice;
import dev.tailrace.tapio.tap.TapFdOpener;
import dev.tailrace.tapio.tap.TapOpener;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens the guest's end of the network, of whatever kind, and says on the way what slirp4netns says.
final class GuestLink implements AutoCloseable {
    /// What a namespace configured by us uses: a host under bbr would halve what its guests reach.
    private static final String CONGESTION_CONTROL = "cubic";

    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;

    private final SlirpOptions options;
    private final Counters counters;
    private final Log log;
    private @Nullable BessSocket bess;
    private int outcome = FAILURE;

    /// @param counters counts what the port loses
    /// @param log takes lines for the standard error
    GuestLink(final SlirpOptions options, final Counters counters, final Log log) {
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
            final List<TapDevice> queues = openQueues();
            final TapDevice tap = queues.getFirst();
            log.info("sent tapfd=" + tap.fd() + " for " + options.tapName());
            log.info("received tapfd=" + tap.fd());
            return queues.size() == 1 ? tap : SharedTap.share(queues, counters);
        } catch (final LinuxException e) {
            log.error(TapOpener.referenceLine(e));
            log.error("child failed(1)");
            return null;
        }
    }

    private List<TapDevice> openQueues() {
        final NetworkNamespace namespace = NetworkNamespace.ofPath(options.netnsPath(), options.usernsPath());
        try {
            return TapOpener.open(namespace, options.tapName(), configuration(options), options.loops());
        } catch (final LinuxException e) {
            if (options.loops() == 1 || e.errno() != Errno.EINVAL || !e.call().equals("ioctl(TUNSETIFF)")) {
                throw e;
            }
            log.warn("WARNING: " + options.tapName() + " exists with one queue: --loops is without effect");
            return TapOpener.open(namespace, options.tapName(), configuration(options), 1);
        }
    }

    private @Nullable LinkPort inherit(final int fd) {
        try {
            final LinkPort port = TapFdOpener.open(fd, counters);
            log.info("received tapfd=" + fd);
            return port;
        } catch (final DescriptorException | LinuxException e) {
            log.error(Usage.PROGRAM + ": --netns-type=tapfd: " + e.getMessage());
            return null;
        }
    }

    private @Nullable LinkPort await(final String path, final SignalPipe signals) {
        try {
            final BessSocket socket = new BessSocket(path);
            bess = socket;
            log.info("Waiting for connection to " + path);
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
                log.info("exitfd event");
                log.info("do_slirp is exiting");
                outcome = SUCCESS;
            }
            if (answer < 0) {
                return null;
            }
            log.info("sent \"tapfd\"=" + answer + " (not really TAP) for " + path);
            log.info("received tapfd=" + answer);
            return TapFdOpener.ofSocket(answer, counters);
        } catch (final LinuxException e) {
            log.error(Usage.PROGRAM + ": --target-type=bess: " + e.getMessage());
            log.error("child failed(1)");
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
