package dev.tailrace.bench.binding;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.tapio.linux.Fd;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/// `write` of one byte to `/dev/null`, with the memory where each binding likes it best. Every way answers how many
/// bytes were written.
public class WriteBenchmark extends BenchmarkDefaults {
    private static final String DEVICE = "/dev/null";

    private static final MethodHandle FFM = NativeCalls.handle("write", NativeCalls.WRITE);
    private static final MethodHandle FFM_CRITICAL =
            NativeCalls.handle("write", NativeCalls.WRITE, Linker.Option.critical(false));
    private static final MethodHandle FFM_ERRNO =
            NativeCalls.handle("write", NativeCalls.WRITE, Linker.Option.captureCallState("errno"));

    private final MemorySegment segment = Arena.global().allocate(1);
    private final MemorySegment errno = Arena.global().allocate(Linker.Option.captureStateLayout());
    private final ByteBuffer buffer = segment.asByteBuffer();
    private final long address = segment.address();
    private final POSIX jnr = POSIXFactory.getNativePOSIX();
    private int fd = -1;
    private @Nullable FileDescriptor netty;
    private @Nullable FileChannel channel;

    /// Opens the device.
    ///
    /// @throws IOException when it cannot be opened
    @Setup
    public void open() throws IOException {
        Epoll.ensureAvailability();
        fd = Fd.open(DEVICE, Fd.O_RDWR | Fd.O_CLOEXEC);
        netty = new FileDescriptor(fd);
        channel = FileChannel.open(Path.of(DEVICE), StandardOpenOption.WRITE);
    }

    /// Closes the device.
    ///
    /// @throws IOException when that fails
    @TearDown
    public void close() throws IOException {
        if (netty != null) {
            netty.close();
        }
        if (channel != null) {
            channel.close();
        }
    }

    /// Netty's JNI, which retries and makes exceptions of errors.
    ///
    /// @throws IOException when the write fails
    @Benchmark
    public int nettyJni() throws IOException {
        return netty == null ? -1 : netty.writeAddress(address, 0, 1);
    }

    /// libc's function by java.lang.foreign, errno lost.
    @Benchmark
    public long ffm() throws Throwable {
        return (long) FFM.invokeExact(fd, segment, 1L);
    }

    /// The same without a thread state transition: the call blocks safepoints.
    @Benchmark
    public long ffmCritical() throws Throwable {
        return (long) FFM_CRITICAL.invokeExact(fd, segment, 1L);
    }

    /// The same with errno kept.
    @Benchmark
    public long ffmErrno() throws Throwable {
        return (long) FFM_ERRNO.invokeExact(errno, fd, segment, 1L);
    }

    /// The product's own stub, which answers `-errno`.
    @Benchmark
    public long stub() {
        return Fd.write(fd, address, 1);
    }

    /// jnr-posix.
    @Benchmark
    public long jnrPosix() {
        buffer.clear();
        return jnr.write(fd, buffer, 1);
    }

    /// The JDK's channel.
    ///
    /// @throws IOException when the write fails
    @Benchmark
    public int nioChannel() throws IOException {
        buffer.clear();
        return channel == null ? -1 : channel.write(buffer);
    }
}
