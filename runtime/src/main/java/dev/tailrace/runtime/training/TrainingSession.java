package dev.tailrace.runtime.training;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.slirp.Slirp4netns;
import dev.tailrace.tapio.slirp.api.UnixSockets;
import java.util.List;

/// A whole start of the drop-in, up to the byte on the ready-fd and to its orderly end, without privileges: its link
/// is a socket whose other end nobody reads. A TAP would need a namespace and /dev/net/tun, which a build may not
/// have.
final class TrainingSession {
    // linux/socket.h
    private static final int AF_UNIX = 1;

    private TrainingSession() {}

    static void run() {
        final long ready = Fd.pipe2(Fd.O_CLOEXEC);
        final long exit = Fd.pipe2(Fd.O_CLOEXEC);
        // Nobody holds the other end of the exit-fd, so that the session ends after its first turn.
        Fd.close(Fd.writeEnd(exit));
        try (Memory memory = Memory.region(2 * Integer.BYTES)) {
            final long pair = Syscall.call(
                    SyscallNumber.SOCKETPAIR, AF_UNIX, UnixSockets.SOCK_SEQPACKET | Fd.O_CLOEXEC, 0, memory.address());
            Syscall.check(pair, "socketpair", "");
            final int status = Slirp4netns.run(List.of(
                    "--netns-type=tapfd",
                    "--log-level=error",
                    "--enable-ipv6",
                    "--mtu=65520",
                    "--exit-fd=" + Fd.readEnd(exit),
                    "--ready-fd=" + Fd.writeEnd(ready),
                    Integer.toString(memory.buffer().getInt(0))));
            // The session has closed its end of the link and of the ready-fd.
            final long told = Fd.read(Fd.readEnd(ready), memory.address(), 1);
            Fd.close(memory.buffer().getInt(Integer.BYTES));
            if (status != 0 || told != 1) {
                throw new IllegalStateException("the session told " + told + " bytes and ended with " + status);
            }
        } finally {
            Fd.close(Fd.readEnd(ready));
            Fd.close(Fd.readEnd(exit));
        }
    }
}
