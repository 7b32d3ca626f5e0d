package dev.tailrace.bench.binding;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Functions of libc as method handles.
final class NativeCalls {
    /// `ssize_t write(int fd, const void *buffer, size_t count)`.
    static final FunctionDescriptor WRITE = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);

    /// `pid_t getppid(void)`.
    static final FunctionDescriptor GETPPID = FunctionDescriptor.of(JAVA_INT);

    private static final Linker LINKER = Linker.nativeLinker();

    private NativeCalls() {}

    @SuppressWarnings("restricted")
    static MethodHandle handle(final String name, final FunctionDescriptor descriptor, final Linker.Option... options) {
        final MemorySegment function = LINKER.defaultLookup()
                .find(name)
                .orElseThrow(() -> new IllegalStateException("libc has no function " + name));
        return LINKER.downcallHandle(function, descriptor, options);
    }
}
