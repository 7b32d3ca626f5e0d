package dev.tailrace.perf.libc;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// How a function of the C library is bound and called. A call that fails throws with its name and errno.
@SuppressWarnings("restricted") // the one place that binds native code
public final class NativeCall {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final int MOST_OF_TEXT = 1024;

    private NativeCall() {}

    /// A call failed.
    public static final class CallException extends IOException {
        private static final long serialVersionUID = 1L;

        private final int errno;

        CallException(final String call, final int errno) {
            super("%s: %s".formatted(call, text(errno)));
            this.errno = errno;
        }

        public int errno() {
            return errno;
        }
    }

    /// strerror(3): `Address already in use`.
    private static String text(final int errno) {
        try {
            final MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(MOST_OF_TEXT).getString(0);
        } catch (Throwable impossible) {
            throw new IllegalStateException("strerror", impossible);
        }
    }

    /// A native call with the arguments that its handle wants.
    @FunctionalInterface
    public interface Call {
        /// @param state where the handle puts errno, its first argument
        long with(MemorySegment state) throws Throwable;
    }

    /// @return a handle that takes a place for errno before the arguments
    public static MethodHandle bind(final String name, final MemoryLayout result, final MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /// The same of a function with variable arguments.
    ///
    /// @param fixed how many arguments are not variable
    public static MethodHandle bindVariadic(
            final String name, final int fixed, final MemoryLayout result, final MemoryLayout... arguments) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(result, arguments),
                Linker.Option.firstVariadicArg(fixed),
                Linker.Option.captureCallState("errno"));
    }

    /// A place for errno that is used again and again.
    public static MemorySegment state(final Arena arena) {
        return arena.allocate(STATE);
    }

    public static long call(final String name, final Call call) throws CallException {
        try (Arena arena = Arena.ofConfined()) {
            return call(name, state(arena), call);
        }
    }

    /// @param state of [#state], for calls that are too many to make one for each
    public static long call(final String name, final MemorySegment state, final Call call) throws CallException {
        final long result;
        try {
            result = call.with(state);
        } catch (Throwable impossible) {
            throw new IllegalStateException(name, impossible);
        }
        if (result < 0) {
            throw new CallException(name, (int) ERRNO.get(state, 0L));
        }
        return result;
    }
}
