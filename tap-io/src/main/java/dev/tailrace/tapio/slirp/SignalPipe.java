package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Signals;

/// The signals that end us or ask us something, as input of the loop.
final class SignalPipe {
    /// No signal waits.
    static final int NONE = 0;

    private static final int[] WATCHED = {Signals.SIGTERM, Signals.SIGINT, Signals.SIGHUP, Signals.SIGUSR1};

    private final Memory memory = Memory.region(1);
    private final int fd;

    /// Signals that we were started to ignore, as `nohup` and shells do for programs in the background, stay ignored.
    SignalPipe() {
        int pipe = -1;
        for (final int signal : WATCHED) {
            if (!Signals.isIgnored(signal)) {
                pipe = Signals.watch(signal);
            }
        }
        fd = pipe >= 0 ? pipe : Signals.watch();
        Signals.ignore(Signals.SIGPIPE);
    }

    /// The descriptor to wait on.
    int fd() {
        return fd;
    }

    /// The next signal that arrived, or [#NONE].
    int take() {
        return Fd.read(fd, memory.address(), 1) == 1 ? memory.buffer().getByte(0) : NONE;
    }
}
