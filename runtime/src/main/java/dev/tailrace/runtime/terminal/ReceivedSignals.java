package dev.tailrace.runtime.terminal;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Signals;

/// Signals that this process gets, for a thread that waits for them. One thread reads.
public final class ReceivedSignals {
    private final Memory memory = Memory.region(1);
    private final int fd;

    /// From now on these signals come here. One that we were started to ignore, as `nohup` does, stays ignored.
    public ReceivedSignals(final int... signals) {
        int pipe = -1;
        for (final int signal : signals) {
            if (!Signals.isIgnored(signal)) {
                pipe = Signals.watch(signal);
            }
        }
        fd = pipe >= 0 ? pipe : Signals.watch();
        // The end that the handler writes to stays non-blocking.
        Fd.fcntl(fd, Fd.F_SETFL, Fd.fcntl(fd, Fd.F_GETFL, 0) & ~Fd.O_NONBLOCK);
    }

    /// Waits for the next one.
    ///
    /// @return its number
    public int take() {
        final long count = Fd.read(fd, memory.address(), 1);
        if (count != 1) {
            throw new LinuxException("read", "the pipe of the signals", count < 0 ? (int) -count : Errno.EPIPE);
        }
        return memory.buffer().getByte(0);
    }
}
