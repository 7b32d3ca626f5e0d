package dev.tailrace.tapio.stub;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.linux.Signals;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/// System calls that a child of this process makes one after the other, without any Java in it.
///
/// ```java
/// try (SyscallProgram program = new SyscallProgram()) {
///     program.add("setns(CLONE_NEWNET)", path, SyscallNumber.SETNS, netFd, CLONE_NEWNET);
///     final int socket = program.add("socket", "", SyscallNumber.SOCKET, AF_INET, SOCK_DGRAM, 0);
///     program.run();
///     return (int) program.result(socket);
/// }
/// ```
///
/// The first call that fails ends the child and makes [#run] throw, unless [#ignoreError] was said of it. Descriptors
/// that the program opens stay open in this process, also when it fails: close those whose [#result] is not negative.
///
/// Layout, shared with `src/main/asm`: a header {entry, failed record, errno, number of the clone call, its five
/// arguments, saved and full signal mask, whether a thread has ended it}, then records of 96 bytes {number, flags, six
/// arguments, result, address to
/// store the result at, next record, next record after an ignored error}, all 64-bit, then what they point to.
public final class SyscallProgram implements AutoCloseable {
    /// Result of a record that was not executed.
    public static final long NOT_EXECUTED = -4096;

    static final long CLONE_VM = 0x100;
    static final long CLONE_FILES = 0x400;
    static final long CLONE_VFORK = 0x4000;
    static final long CLONE_CLEAR_SIGHAND = 0x1_0000_0000L;

    private static final int USUAL_RECORDS = 64;
    private static final int USUAL_DATA_LENGTH = 8_192;

    private static final int ENTRY = 0;
    private static final int FAILED = 8;
    private static final int ERRNO = 16;
    private static final int CLONE = 24;
    private static final int CLONE_ARGUMENTS = 32;
    private static final int FULL_MASK = 80;
    private static final int DONE = 88;
    private static final int HEADER_LENGTH = 96;

    private static final int RECORD_LENGTH = 96;
    private static final int FLAGS = 8;
    private static final int ARGUMENTS = 16;
    private static final int RESULT = 64;
    private static final int STORE = 72;
    private static final int JUMP = 80;
    private static final int JUMP_ON_ERROR = 88;
    private static final int ARGUMENT_COUNT = 6;

    private static final long FLAG_IGNORE_ERROR = 1;
    private static final int FLAG_ARGUMENT_SHIFT = 8;

    /// CLONE_ARGS_SIZE_VER0 (linux/sched.h); `flags` is its first word, `exit_signal` its fifth.
    private static final int CLONE_ARGS_LENGTH = 64;

    /// Number of the record after the last one when a thread of ours executes the program.
    private static final long END = -1;

    /// How long a thread may take; whether it is done is looked at every [#LOOK_AGAIN_NS].
    private static final long PATIENCE_NS = 5_000_000_000L;

    private static final long LOOK_AGAIN_NS = 50_000;

    /// A thread that is on a processor takes the signal within microseconds.
    private static final int SPINS = 20_000;

    private static final int WALL = 0x4000_0000;
    private static final int WAIT_SIGNAL_MASK = 0x7f;

    private final Memory memory;
    private final UnsafeBuffer buffer;
    private final int mostRecords;
    private final List<String> calls = new ArrayList<>();
    private final List<String> objects = new ArrayList<>();

    /// An empty program with room for 64 records and 8 KiB of what they point to.
    public SyscallProgram() {
        this(USUAL_RECORDS, USUAL_DATA_LENGTH);
    }

    /// An empty program.
    ///
    /// @param mostRecords how many calls it may have
    /// @param dataLengthBytes room for what the calls point to, see [#memory]
    public SyscallProgram(final int mostRecords, final int dataLengthBytes) {
        this.mostRecords = mostRecords;
        final int codeLength = HEADER_LENGTH + (mostRecords + 1) * RECORD_LENGTH;
        memory = Memory.region(Math.addExact(codeLength, dataLengthBytes));
        buffer = memory.buffer();
        memory.allocate(codeLength);
    }

    /// Where to put the strings and structures that arguments point to; released with the program.
    public Memory memory() {
        return memory;
    }

    /// Appends a system call.
    ///
    /// @param call what a failure is called, such as `open`
    /// @param object what it is made on, such as a path; may be empty
    /// @param number see `SyscallNumber`
    /// @param arguments up to six; those not given are 0
    /// @return the record, for the other methods
    public int add(final String call, final String object, final long number, final long... arguments) {
        final int record = calls.size();
        if (record == mostRecords || arguments.length > ARGUMENT_COUNT) {
            throw new IllegalArgumentException(
                    "record " + record + " with " + arguments.length + " arguments does not fit");
        }
        calls.add(call);
        objects.add(object);
        write(record, number, arguments);
        return record;
    }

    /// Goes on after an error of `record`; its [#result] tells.
    public void ignoreError(final int record) {
        flag(record, FLAG_IGNORE_ERROR);
    }

    /// Makes argument `argument` (from 0) of `record` the result that `source` has when `record` is executed.
    public void argumentFrom(final int record, final int argument, final int source) {
        buffer.putLong(offset(record) + ARGUMENTS + Long.BYTES * argument, address(source) + RESULT);
        flag(record, 1L << FLAG_ARGUMENT_SHIFT + argument);
    }

    /// Stores the result of `record`, when it is good, as 32 bits at `address` too.
    public void storeResult(final int record, final long address) {
        buffer.putLong(offset(record) + STORE, address);
    }

    /// Goes on at `target` after a good result of `record`. The end of the program is [#end].
    public void jump(final int record, final int target) {
        buffer.putLong(offset(record) + JUMP, address(target));
    }

    /// Goes on at `target` after an error of `record`, which is thereby ignored.
    public void jumpOnError(final int record, final int target) {
        ignoreError(record);
        buffer.putLong(offset(record) + JUMP_ON_ERROR, address(target));
    }

    /// The record that the next [#add] appends, as a target of jumps forward; after the last one, the program's
    /// end.
    public int end() {
        return calls.size();
    }

    /// Executes the program and waits for its end.
    ///
    /// While the child runs nobody can trace us: it may be in a user namespace whose root is somebody else.
    ///
    /// @throws LinuxException the call that failed, or `clone`
    public void run() {
        run(SyscallNumber.CLONE3);
    }

    /// [#run] by the given clone call. Where the kernel or a seccomp filter does not know clone3, clone does: it
    /// lacks CLONE_CLEAR_SIGHAND, which matters only to programs that unblock signals.
    void run(final int cloneNumber) {
        seal(SyscallNumber.EXIT_GROUP);
        try (Untraceable _ = Untraceable.enter()) {
            waitFor(start(cloneNumber));
        }
        throwFailure();
    }

    /// Has thread `tid` of this process, which may be the calling one, execute the program, and waits for its end.
    /// A signal interrupts the thread wherever it is. For what the kernel keeps for each thread, as it does with
    /// capabilities. Programs are executed by one thread at a time.
    ///
    /// @return false if the thread has ended before it came to the program
    /// @throws LinuxException the call that failed, or `tgkill`
    public boolean runOn(final int tid) {
        seal(END);
        Signals.prepareBroadcast(memory.address());
        final int pid = OwnProcess.pid();
        final long sent = Syscall.call(SyscallNumber.TGKILL, pid, tid, Signals.BROADCAST);
        if (sent == -Errno.ESRCH) {
            return false;
        }
        Syscall.check(sent, "tgkill", "thread " + tid);
        for (int i = 0; i < SPINS && buffer.getLongVolatile(DONE) == 0; i++) {
            Thread.onSpinWait();
        }
        final long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (buffer.getLongVolatile(DONE) == 0) {
            if (Syscall.call(SyscallNumber.TGKILL, pid, tid, 0) == -Errno.ESRCH) {
                return buffer.getLongVolatile(DONE) != 0;
            }
            if (deadlineNs - System.nanoTime() < 0) {
                throw new LinuxException("tgkill", "thread " + tid + ", which takes no signals", Errno.ETIMEDOUT);
            }
            LockSupport.parkNanos(LOOK_AGAIN_NS);
        }
        throwFailure();
        return true;
    }

    /// The raw result of `record` in the last run: `-errno` on an error that was ignored, [#NOT_EXECUTED] if it was
    /// passed over or not reached.
    public long result(final int record) {
        return buffer.getLong(offset(record) + RESULT);
    }

    @Override
    public void close() {
        memory.close();
    }

    private void write(final int record, final long number, final long... arguments) {
        final int offset = offset(record);
        buffer.setMemory(offset, RECORD_LENGTH, (byte) 0);
        buffer.putLong(offset, number);
        for (int i = 0; i < arguments.length; i++) {
            buffer.putLong(offset + ARGUMENTS + Long.BYTES * i, arguments[i]);
        }
    }

    /// The record whose failure ended the last run, or -1.
    public int failedRecord() {
        final long failed = buffer.getLong(FAILED);
        return failed == 0 ? -1 : (memory.offset(failed) - HEADER_LENGTH) / RECORD_LENGTH;
    }

    /// Clones a child by clone3 with the arguments at `cloneArguments`, which executes the program. With CLONE_VFORK
    /// this returns when it has ended or executed another program.
    ///
    /// @return the child's PID
    int start(final long cloneArguments, final long lengthBytes) {
        seal(SyscallNumber.EXIT_GROUP);
        return (int) Syscall.check(cloneAndRun(SyscallNumber.CLONE3, cloneArguments, lengthBytes), "clone3", "");
    }

    void throwFailure() {
        final int record = failedRecord();
        if (record >= 0) {
            throw new LinuxException(calls.get(record), objects.get(record), (int) buffer.getLong(ERRNO));
        }
    }

    /// Puts a call of `last`, by which the program ends, after the last record and clears what an earlier run left.
    private void seal(final long last) {
        write(calls.size(), last);
        for (int record = 0; record < calls.size(); record++) {
            buffer.putLong(offset(record) + RESULT, NOT_EXECUTED);
        }
        buffer.putLong(ENTRY, address(0));
        buffer.putLong(FAILED, 0);
        buffer.putLong(ERRNO, 0);
        buffer.putLong(FULL_MASK, -1L);
        buffer.putLongVolatile(DONE, 0);
    }

    private int start(final int cloneNumber) {
        final long flags = CLONE_VM | CLONE_VFORK | CLONE_FILES;
        // No exit signal: the JVM is not told of a child it does not know, and an ignored SIGCHLD cannot reap it.
        long result = -Errno.ENOSYS;
        if (cloneNumber == SyscallNumber.CLONE3) {
            try (Memory cloneArgs = Memory.region(CLONE_ARGS_LENGTH)) {
                cloneArgs.buffer().putLong(0, flags | CLONE_CLEAR_SIGHAND);
                result = cloneAndRun(SyscallNumber.CLONE3, cloneArgs.address(), CLONE_ARGS_LENGTH);
            }
        }
        // ENOSYS before Linux 5.3, EINVAL before 5.5 (CLONE_CLEAR_SIGHAND), ENOSYS or EPERM from seccomp filters.
        if (result == -Errno.ENOSYS || result == -Errno.EINVAL || result == -Errno.EPERM) {
            result = cloneAndRun(SyscallNumber.CLONE, flags, 0);
        }
        return (int) Syscall.check(result, "clone", "");
    }

    private long cloneAndRun(final int number, final long first, final long second) {
        buffer.putLong(CLONE, number);
        buffer.putLong(CLONE_ARGUMENTS, first);
        buffer.putLong(CLONE_ARGUMENTS + Long.BYTES, second);
        return Syscall.cloneAndRun(memory.address());
    }

    private static void waitFor(final int pid) {
        try (Memory status = Memory.region(Integer.BYTES)) {
            long result;
            do {
                result = Syscall.call(SyscallNumber.WAIT4, pid, status.address(), WALL, 0);
            } while (result == -Errno.EINTR);
            Syscall.check(result, "wait4", "syscall program");
            final int signal = status.buffer().getInt(0) & WAIT_SIGNAL_MASK;
            if (signal != 0) {
                throw new IllegalStateException("a syscall program was killed by signal " + signal);
            }
        }
    }

    private void flag(final int record, final long flag) {
        final int place = offset(record) + FLAGS;
        buffer.putLong(place, buffer.getLong(place) | flag);
    }

    private long address(final int record) {
        return memory.address() + offset(record);
    }

    private static int offset(final int record) {
        return HEADER_LENGTH + record * RECORD_LENGTH;
    }
}
