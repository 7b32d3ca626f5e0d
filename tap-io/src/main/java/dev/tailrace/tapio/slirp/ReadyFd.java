package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;

/// Tells whoever started us that the network can be used.
final class ReadyFd {
    private ReadyFd() {}

    /// Writes `1` and closes. A descriptor that does not take it is left alone: if nothing was passed to us under this
    /// number, it may be one of the JVM's own.
    static void tell(final int fd) {
        try (Memory memory = Memory.region(1)) {
            memory.buffer().putByte(0, (byte) '1');
            if (Fd.write(fd, memory.address(), 1) == 1) {
                Fd.close(fd);
            }
        }
    }
}
