package dev.tailrace.tapio.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Linux system calls, raw: the result is that of the kernel, errors are `-errno`, and no call allocates.
///
/// A few bytes of machine code of our own, in a read-execute page, move the arguments and enter the kernel. So errno
/// needs no thread-local capture, and one downcall adapter of shape (7 longs) -> long serves every call there is:
/// method handles are what costs at start-up. libc's `syscall`, which has the same shape, is used for the two calls
/// that set the page up.
public final class Syscall {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
    private static final int LOWEST_ERROR = -4095;

    private static final MethodHandle ADAPTER = adapter();
    private static final long CODE = install(StubCode.bytes());
    private static final MemorySegment STUB = MemorySegment.ofAddress(CODE + StubCode.SYS6);
    private static final MemorySegment RUN = MemorySegment.ofAddress(CODE + StubCode.RUN);

    private Syscall() {}

    /// Makes system call `number` (see [SyscallNumber]).
    ///
    /// @return what the kernel answers: -4095 to -1 are `-errno`
    public static long call(
            final long number,
            final long a0,
            final long a1,
            final long a2,
            final long a3,
            final long a4,
            final long a5) {
        return invoke(STUB, number, a0, a1, a2, a3, a4, a5);
    }

    public static long call(final long number) {
        return invoke(STUB, number, 0, 0, 0, 0, 0, 0);
    }

    public static long call(final long number, final long a0) {
        return invoke(STUB, number, a0, 0, 0, 0, 0, 0);
    }

    public static long call(final long number, final long a0, final long a1) {
        return invoke(STUB, number, a0, a1, 0, 0, 0, 0);
    }

    public static long call(final long number, final long a0, final long a1, final long a2) {
        return invoke(STUB, number, a0, a1, a2, 0, 0, 0);
    }

    public static long call(final long number, final long a0, final long a1, final long a2, final long a3) {
        return invoke(STUB, number, a0, a1, a2, a3, 0, 0);
    }

    public static long call(
            final long number, final long a0, final long a1, final long a2, final long a3, final long a4) {
        return invoke(STUB, number, a0, a1, a2, a3, a4, 0);
    }

    /// Whether a raw result is an error.
    public static boolean isError(final long result) {
        return result < 0 && result >= LOWEST_ERROR;
    }

    /// Passes a good result through.
    ///
    /// @throws LinuxException when it is an error, with the name of the call and what it was made on
    public static long check(final long result, final String call, final String object) {
        if (isError(result)) {
            throw new LinuxException(call, object, (int) -result);
        }
        return result;
    }

    /// Clones a child that executes the syscall program at `program`; `stub.SyscallProgram` lays it out and is how
    /// to use this.
    ///
    /// @return what clone answers: the child's PID or `-errno`
    public static long cloneAndRun(final long program) {
        return invoke(RUN, program, 0, 0, 0, 0, 0, 0);
    }

    /// Address of the code at `offset` in the stub.
    static long codeAddress(final int offset) {
        return CODE + offset;
    }

    private static long invoke(
            final MemorySegment code,
            final long number,
            final long a0,
            final long a1,
            final long a2,
            final long a3,
            final long a4,
            final long a5) {
        try {
            return (long) ADAPTER.invokeExact(code, number, a0, a1, a2, a3, a4, a5);
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException("a downcall throws nothing checked", e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle adapter() {
        return Linker.nativeLinker()
                .downcallHandle(FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    }

    /// Puts the code in a page of its own; a read-write page for the stub's data follows it.
    @SuppressWarnings("restricted")
    private static long install(final byte[] code) {
        final MemorySegment libc =
                Linker.nativeLinker().defaultLookup().find("syscall").orElseThrow();
        final int length = 2 * StubCode.DATA;
        final long page =
                invoke(libc, SyscallNumber.MMAP, 0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
        if (page == -1) {
            throw new IllegalStateException("mmap of the system call stub failed: out of memory");
        }
        MemorySegment.ofAddress(page).reinterpret(code.length).copyFrom(MemorySegment.ofArray(code));
        if (invoke(libc, SyscallNumber.MPROTECT, page, StubCode.DATA, PROT_READ | PROT_EXEC, 0, 0, 0) != 0) {
            throw new IllegalStateException("mprotect(PROT_EXEC) of the system call stub failed: does a security"
                    + " policy forbid executable memory (SELinux execmem)?");
        }
        return page;
    }
}
