package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/// Runs a test on a thread with a network namespace of its own, which goes with the thread. Needs CAP_SYS_ADMIN.
final class PrivateNetwork {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int SIOCSIFMTU = 0x8922;
    private static final int IFF_UP = 1;
    private static final int IFREQ_LENGTH = 40;
    private static final int IFREQ_UNION_OFFSET = 16;

    private PrivateNetwork() {}

    interface Body {
        void run() throws Exception;
    }

    /// Runs `body` with the loopback interface up and echo sockets allowed to everyone.
    static void run(final int loopbackMtu, final Body body) throws Exception {
        final AtomicReference<Throwable> thrown = new AtomicReference<>();
        final long[] unshared = new long[1];
        final Thread thread = Thread.ofPlatform().start(() -> {
            try {
                unshared[0] = Syscall.call(SyscallNumber.UNSHARE, CLONE_NEWNET);
                if (unshared[0] == 0) {
                    setUp(loopbackMtu);
                    body.run();
                }
            } catch (final Throwable e) {
                thrown.set(e);
            }
        });
        thread.join();
        assumeTrue(unshared[0] != -Errno.EPERM, "a network namespace needs CAP_SYS_ADMIN");
        Syscall.check(unshared[0], "unshare", "network namespace");
        switch (thrown.get()) {
            case null -> {}
            case final Error e -> throw e;
            case final Exception e -> throw e;
            case final Throwable e -> throw new AssertionError(e);
        }
    }

    /// Runs a command in the calling thread's network.
    static void command(final String... words) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(words).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError(String.join(" ", words) + ": " + output);
        }
    }

    /// Writes a setting below /proc/sys/net of the calling thread's network.
    static void setting(final String name, final String value) throws IOException {
        Files.writeString(Path.of("/proc/sys/net", name), value);
    }

    private static void setUp(final int loopbackMtu) throws IOException {
        final SocketCalls calls = new SocketCalls();
        try (calls;
                Memory memory = Memory.region(IFREQ_LENGTH)) {
            final int fd = calls.socket(false, SocketConstants.SOCK_DGRAM, 0);
            memory.buffer().putStringWithoutLengthAscii(0, "lo");
            memory.buffer().putInt(IFREQ_UNION_OFFSET, loopbackMtu);
            Syscall.check(Syscall.call(SyscallNumber.IOCTL, fd, SIOCSIFMTU, memory.address()), "SIOCSIFMTU", "lo");
            memory.buffer().putInt(IFREQ_UNION_OFFSET, IFF_UP);
            Syscall.check(Syscall.call(SyscallNumber.IOCTL, fd, SIOCSIFFLAGS, memory.address()), "SIOCSIFFLAGS", "lo");
            calls.close(fd);
        }
        setting("ipv4/ping_group_range", "0 2147483647");
    }
}
