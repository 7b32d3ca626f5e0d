package dev.tailrace.perf.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jnr.constants.platform.Signal;

/// A program started by `posix_spawnp` and waited for by `wait4`: beside what Java's own processes tell, it knows the
/// signal that ended it and what it used. It leads a process group, which signals go to, unless it reads our standard
/// input; see [Spawn].
///
/// A thread waits for each, so that none stays a zombie. Its streams need not be closed.
public final class PosixProcess extends Process {
    /// Serialises starts, and what must not happen meanwhile.
    private static final Object STARTING = new Object();

    /// Those that have not been taken from the kernel yet, by process id.
    private static final Map<Integer, PosixProcess> LIVING = new ConcurrentHashMap<>();

    /// As the shell, and Java, say that a signal was the end.
    private static final int SIGNALED = 128;

    private static final int STACK_BYTES = 256 * 1024;

    private final String program;
    private final int pid;
    private final boolean leadsGroup;
    private final OutputStream input;
    private final InputStream output;
    private final InputStream error;
    private final ProcessHandle handle;
    private final Object ending = new Object();
    private final CompletableFuture<Posix.Reaped> end = new CompletableFuture<>();
    private boolean taken;

    private PosixProcess(final String program, final int pid, final Spawn spawn) {
        this.program = program;
        this.pid = pid;
        leadsGroup = spawn.leadsGroup();
        input = spawn.input();
        output = spawn.output();
        error = spawn.error();
        handle = ProcessHandle.of(pid).orElseThrow();
    }

    /// Starts a program.
    ///
    /// @param builder whose directory must be ours
    /// @throws LabException in one line, if it cannot be started
    public static PosixProcess start(final ProcessBuilder builder) {
        final Spawn spawn = new Spawn(builder);
        final PosixProcess process;
        synchronized (STARTING) {
            process = new PosixProcess(builder.command().getFirst(), spawn.start(), spawn);
            LIVING.put(process.pid, process);
        }
        Thread.ofPlatform()
                .daemon()
                .name("waits for " + process)
                .stackSize(STACK_BYTES)
                .start(process::awaitEnd);
        return process;
    }

    /// Takes a zombie from the kernel that nobody waits for.
    static boolean reapOrphan(final int pid) {
        synchronized (STARTING) {
            return !LIVING.containsKey(pid) && Posix.LIBC.wait4(pid, new int[1], Posix.WNOHANG, null) == pid;
        }
    }

    private void awaitEnd() {
        final boolean known = Posix.awaitEnd(pid);
        try {
            final Posix.Reaped reaped = take(known);
            closePipes();
            end.complete(reaped);
        } catch (LabException | IOException failure) {
            end.completeExceptionally(failure);
        }
    }

    private Posix.Reaped take(final boolean known) {
        synchronized (ending) {
            try {
                if (!known) {
                    throw new LabException("waiting for %s: somebody else took its end".formatted(this));
                }
                return Posix.reap(pid);
            } finally {
                taken = true;
                LIVING.remove(pid, this);
            }
        }
    }

    private void closePipes() throws IOException {
        for (final InputStream each : new InputStream[] {output, error}) {
            if (each instanceof PipeInput pipe) {
                pipe.processEnded();
            }
        }
        input.close();
    }

    /// The signal that ended it, if one did. Only after its end.
    public Optional<Signal> signal() {
        final int number = ended().status() & 0x7F;
        return number == 0 ? Optional.empty() : Optional.of(Signal.valueOf(number));
    }

    /// What it used. Only after its end.
    public ResourceUsage usage() {
        return ended().usage();
    }

    private Posix.Reaped ended() {
        if (!end.isDone()) {
            throw new IllegalThreadStateException(this + " has not ended");
        }
        return end.join();
    }

    @Override
    public int exitValue() {
        final int status = ended().status();
        final int signal = status & 0x7F;
        return signal == 0 ? status >> 8 & 0xFF : SIGNALED + signal;
    }

    @Override
    public boolean isAlive() {
        return !end.isDone();
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            end.get();
        } catch (ExecutionException failure) {
            throw new LabException("waiting for " + this, failure);
        }
        return exitValue();
    }

    @Override
    public boolean waitFor(final long timeout, final TimeUnit unit) throws InterruptedException {
        try {
            end.get(timeout, unit);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException failure) {
            throw new LabException("waiting for " + this, failure);
        }
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return end.handle((reaped, failure) -> this);
    }

    /// SIGTERM to it and what it started.
    @Override
    public void destroy() {
        send(Signal.SIGTERM);
    }

    /// SIGKILL to it and what it started.
    @Override
    public Process destroyForcibly() {
        send(Signal.SIGKILL);
        return this;
    }

    /// To the group, also when its leader has ended and others go on.
    private void send(final Signal signal) {
        synchronized (ending) {
            if (!taken) {
                Posix.send(leadsGroup ? -pid : pid, signal);
                return;
            }
        }
        if (leadsGroup && isGroupLeft()) {
            Posix.send(-pid, signal);
        }
    }

    /// The kernel does not use the number of a group again; once it is gone, it may be that of another process.
    private boolean isGroupLeft() {
        final int session = Posix.LIBC.getsid(0);
        synchronized (STARTING) {
            return !LIVING.containsKey(pid)
                    && ProcessTable.read().stream()
                            .anyMatch(each -> each.group() == pid && each.session() == session && !each.isZombie());
        }
    }

    @Override
    public boolean supportsNormalTermination() {
        return true;
    }

    @Override
    public long pid() {
        return pid;
    }

    @Override
    public ProcessHandle toHandle() {
        return handle;
    }

    @Override
    public OutputStream getOutputStream() {
        return input;
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return error;
    }

    @Override
    public String toString() {
        return program + " (" + pid + ")";
    }
}
