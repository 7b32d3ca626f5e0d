package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.Spawn;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// A process of a container: its first, or one that was executed in it later. Safe for several threads.
final class NamespacedProcess implements ContainerProcess {
    private static final int SIGCONT = 18;
    private static final int SIGSTOP = 19;

    private final Spawn process;
    private final StandardStreams streams;
    private final Container container;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private boolean isEnded;
    private volatile boolean isOutOfMemory;

    /// What the processes of a container share.
    ///
    /// @param pidNamespace as [PidNamespace] names it
    /// @param terminals its /dev/pts
    /// @param isOwnNetwork whether it is in another network namespace than the engine
    /// @param group empty without limits
    record Container(
            String pidNamespace, PseudoTerminals terminals, boolean isOwnNetwork, Optional<ControlGroup> group) {}

    NamespacedProcess(final Spawn process, final StandardStreams streams, final Container container) {
        this.process = process;
        this.streams = streams;
        this.container = container;
    }

    /// Has the watcher complete [#exit].
    ///
    /// @param isFirst whether the container ends with it
    void watch(final ExitWatcher watcher, final boolean isFirst) {
        final CompletableFuture<Integer> end = new CompletableFuture<>();
        watcher.watch(process, end);
        end.whenComplete((code, failure) -> {
            synchronized (this) {
                isEnded = true;
                Fd.close(process.pidFd());
                if (isFirst) {
                    container.terminals().close();
                }
            }
            // Now: whoever hears of the end may remove the group.
            isOutOfMemory = isFirst
                    && container.group().filter(ControlGroup::isOutOfMemory).isPresent();
            if (failure == null) {
                exit.complete(code);
            } else {
                exit.completeExceptionally(failure);
            }
        });
    }

    Container container() {
        return container;
    }

    /// Runs `action` with a descriptor of the process, which cannot end meanwhile for who waits for it.
    ///
    /// @return false if it has ended
    synchronized boolean whileKnown(final PidFdAction action) {
        if (!isEnded) {
            action.run(process.pidFd());
        }
        return !isEnded;
    }

    /// Something to be done to a process.
    @FunctionalInterface
    interface PidFdAction {
        void run(int pidFd);
    }

    @Override
    public int pid() {
        return process.pid();
    }

    @Override
    public OutputStream input() {
        return streams.input();
    }

    @Override
    public InputStream output() {
        return streams.output();
    }

    @Override
    public Optional<InputStream> error() {
        return streams.error();
    }

    @Override
    public void resize(final int rows, final int columns) {
        streams.resize(rows, columns);
    }

    @Override
    public void signal(final int signal) {
        whileKnown(pidFd -> send(pidFd, signal));
    }

    private void send(final int pidFd, final int signal) {
        final long result = Syscall.call(SyscallNumber.PIDFD_SEND_SIGNAL, pidFd, signal, 0, 0);
        // ESRCH: it has ended, and the watcher is about to be told.
        if (result != -Errno.ESRCH) {
            Syscall.check(result, "send signal " + signal + " to", "process " + pid());
        }
    }

    /// By SIGSTOP and SIGCONT, until no process is left that was not sent it: a process can tell, and one that its own
    /// parent has stopped is let go on, too. Freezing by a control group would need one that is ours to write.
    @Override
    public void setPaused(final boolean isPaused) {
        final Set<Integer> done = new HashSet<>();
        List<Integer> left = processes();
        while (!left.isEmpty()) {
            left.forEach(pid -> signalInside(pid, isPaused ? SIGSTOP : SIGCONT));
            done.addAll(left);
            left = new ArrayList<>(processes());
            left.removeAll(done);
        }
    }

    /// Signals a process by number, unless the number has come to be somebody else's.
    private void signalInside(final int pid, final int signal) {
        final long pidFd = Syscall.call(SyscallNumber.PIDFD_OPEN, pid, 0);
        if (!Syscall.isError(pidFd)) {
            if (PidNamespace.contains(container.pidNamespace(), pid)) {
                send((int) pidFd, signal);
            }
            Fd.close((int) pidFd);
        }
    }

    @Override
    public List<Integer> processes() {
        final List<Integer> all = new ArrayList<>(PidNamespace.processes(container.pidNamespace()));
        if (all.remove(Integer.valueOf(pid()))) {
            all.addFirst(pid());
        }
        return all;
    }

    @Override
    public CompletableFuture<Integer> exit() {
        return exit;
    }

    @Override
    public boolean isOutOfMemory() {
        return isOutOfMemory;
    }

    /// While it is known to be this process, and not another of its number.
    @Override
    public OptionalInt openRoot() {
        final int[] root = {-1};
        whileKnown(_ -> root[0] = Fd.open("/proc/" + pid() + "/root", Fd.O_PATH | Fd.O_DIRECTORY | Fd.O_CLOEXEC));
        return root[0] < 0 ? OptionalInt.empty() : OptionalInt.of(root[0]);
    }

    @Override
    public void close() {
        streams.close();
    }
}
