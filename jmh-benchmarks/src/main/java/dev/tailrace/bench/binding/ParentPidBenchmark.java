package dev.tailrace.bench.binding;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.openjdk.jmh.annotations.Benchmark;

/// `getppid`, about the cheapest system call: what remains is the way there.
public class ParentPidBenchmark extends BenchmarkDefaults {
    private static final MethodHandle FFM = NativeCalls.handle("getppid", NativeCalls.GETPPID);
    private static final MethodHandle FFM_CRITICAL =
            NativeCalls.handle("getppid", NativeCalls.GETPPID, Linker.Option.critical(false));

    private final POSIX jnr = POSIXFactory.getNativePOSIX();

    /// libc's function by java.lang.foreign.
    @Benchmark
    public int ffm() throws Throwable {
        return (int) FFM.invokeExact();
    }

    /// The same without a thread state transition: the call blocks safepoints.
    @Benchmark
    public int ffmCritical() throws Throwable {
        return (int) FFM_CRITICAL.invokeExact();
    }

    /// The product's own stub.
    @Benchmark
    public long stub() {
        return Syscall.call(SyscallNumber.GETPPID);
    }

    /// jnr-posix.
    @Benchmark
    public int jnrPosix() {
        return jnr.getppid();
    }
}
