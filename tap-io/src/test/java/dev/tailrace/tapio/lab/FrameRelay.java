package dev.tailrace.tapio.lab;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Connects the kernel of a guest with a program that serves Ethernet frames on a SOCK_SEQPACKET socket
/// (`slirp4netns --target-type=bess PATH`), as a virtual machine would, with a [FrameRule] between them.
///
/// The guest gets a TAP without offloads, so that a frame here is a packet of its kernel, no longer than the MTU. One
/// thread carries the frames both ways. It never waits for one side while the other has something to say, and reads no
/// more than [#MAX_HELD] frames ahead.
public final class FrameRelay implements AutoCloseable {
    /// Frames held for one direction before no more are read from the other side: then its queue fills, and the kernel
    /// of the guest drops what its TAP does not hold (1,000 frames), and the program under test has to wait.
    public static final int MAX_HELD = 4_096;

    private static final int MAX_FRAME = 65_600;

    /// Rules may make frames that are too long.
    private static final int SCRATCH_LENGTH = 1 << 17;

    private static final int FRAMES_PER_TURN = 64;

    private static final int POLL_IN = 1;
    private static final int POLL_OUT = 4;
    private static final int POLLFD_LENGTH = 8;
    private static final int POLLFD_EVENTS = 4;
    private static final int POLLFD_RETURNED = 6;
    private static final int TIMEOUT_OFFSET = 32;

    private final int tap;
    private final int socket;
    private final int wake;
    private final Memory poll = Memory.region(64);
    private final Memory frame = Memory.region(SCRATCH_LENGTH);
    private final HeldFrames toGuest = new HeldFrames();
    private final HeldFrames toProgram = new HeldFrames();
    private final AtomicReference<FrameRule> rule;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean isClosing;

    /// Makes the TAP `name` in `guest`, connects to the socket at `path`, and carries frames until closed or until the
    /// program under test hangs up.
    public FrameRelay(final Place guest, final String name, final Path path, final FrameRule rule) {
        this(guest, name, FrameSockets.connect(path), rule);
    }

    /// The same with a connected SOCK_SEQPACKET socket that does not block, which it takes over.
    public FrameRelay(final Place guest, final String name, final int connected, final FrameRule rule) {
        this.rule = new AtomicReference<>(rule);
        tap = GuestTap.open(guest.pid(), name, GuestTap.IFF_TAP | GuestTap.IFF_NO_PI);
        Fd.fcntl(tap, Fd.F_SETFD, Fd.FD_CLOEXEC);
        Fd.fcntl(tap, Fd.F_SETFL, Fd.O_NONBLOCK | Fd.O_RDWR);
        socket = connected;
        wake = Fd.eventfd(0, Fd.O_CLOEXEC | Fd.O_NONBLOCK);
        thread = Thread.ofPlatform().daemon().name("frame-relay").start(this::run);
    }

    /// Connects a guest and gives it the addresses that `--configure` would: 10.0.2.100/24, default route by 10.0.2.2.
    public static FrameRelay configured(final Place guest, final Path path, final int mtu, final FrameRule rule) {
        final FrameRelay relay = new FrameRelay(guest, "tap0", path, rule);
        configure(guest, mtu);
        return relay;
    }

    /// Gives `tap0` of a guest the addresses that `--configure` would.
    public static void configure(final Place guest, final int mtu) {
        guest.shell("ip link set lo up; ip link set tap0 mtu " + mtu + " up; ip address add 10.0.2.100/24 dev tap0; "
                + "ip route add default via 10.0.2.2");
    }

    /// Replaces the rule; frames that are held stay so.
    public void rule(final FrameRule replacement) {
        rule.set(replacement);
    }

    /// Waits until the program under test has hung up.
    public void awaitEnd() {
        Await.until(() -> "the end of " + thread, () -> ended.getCount() == 0);
    }

    /// Hangs up and removes the TAP.
    @Override
    public void close() {
        isClosing = true;
        try (Memory one = Memory.region(Long.BYTES)) {
            one.buffer().putLong(0, 1);
            Fd.write(wake, one.address(), Long.BYTES);
        }
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        Fd.close(wake);
        poll.close();
        frame.close();
        final Throwable thrown = failure.get();
        if (thrown != null) {
            throw new AssertionError("the relay failed", thrown);
        }
    }

    private void run() {
        try {
            boolean goesOn = true;
            while (goesOn && !isClosing) {
                await();
                goesOn = turn();
            }
        } catch (final RuntimeException | Error e) {
            failure.set(e);
        } finally {
            Fd.close(tap);
            Fd.close(socket);
            ended.countDown();
        }
    }

    private boolean turn() {
        final boolean isConnected = (returned(1) & ~POLL_OUT) == 0 || take(socket, true, toGuest);
        final boolean isThere = (returned(0) & ~POLL_OUT) == 0 || take(tap, false, toProgram);
        final long nowNs = System.nanoTime();
        toGuest.send(nowNs, tap, frame);
        return isConnected && isThere && toProgram.send(nowNs, socket, frame);
    }

    /// Reads what waits, up to a bound.
    ///
    /// @return whether the other side is still there
    private boolean take(final int fd, final boolean isToGuest, final HeldFrames held) {
        final FrameRule judge = rule.get();
        for (int i = 0; i < FRAMES_PER_TURN && held.size() < MAX_HELD; i++) {
            final long length = Fd.read(fd, frame.address(), MAX_FRAME);
            if (length == -Errno.EAGAIN) {
                return true;
            }
            if (length <= 0) {
                return false;
            }
            final byte[] bytes = new byte[(int) length];
            frame.buffer().getBytes(0, bytes);
            judge.onFrame(bytes, isToGuest, System.nanoTime(), held);
        }
        return true;
    }

    private void await() {
        final long nowNs = System.nanoTime();
        pollFor(0, tap, toProgram.size() < MAX_HELD, false);
        pollFor(1, socket, toGuest.size() < MAX_HELD, toProgram.isDue(nowNs));
        pollFor(2, wake, true, false);
        final long nextNs =
                Math.min(toGuest.waitNs(nowNs), toProgram.isDue(nowNs) ? HeldFrames.FOREVER : toProgram.waitNs(nowNs));
        poll.buffer().putLong(TIMEOUT_OFFSET, nextNs / 1_000_000_000L);
        poll.buffer().putLong(TIMEOUT_OFFSET + Long.BYTES, nextNs % 1_000_000_000L);
        final long timeout = nextNs == HeldFrames.FOREVER ? 0 : poll.address() + TIMEOUT_OFFSET;
        Syscall.check(Syscall.call(SyscallNumber.PPOLL, poll.address(), 3, timeout, 0, 8), "ppoll", "");
    }

    private void pollFor(final int slot, final int fd, final boolean isInput, final boolean isOutput) {
        final int events = (isInput ? POLL_IN : 0) | (isOutput ? POLL_OUT : 0);
        poll.buffer().putInt(slot * POLLFD_LENGTH, events == 0 ? -1 : fd);
        poll.buffer().putShort(slot * POLLFD_LENGTH + POLLFD_EVENTS, (short) events);
    }

    private int returned(final int slot) {
        return poll.buffer().getShort(slot * POLLFD_LENGTH + POLLFD_RETURNED);
    }
}
