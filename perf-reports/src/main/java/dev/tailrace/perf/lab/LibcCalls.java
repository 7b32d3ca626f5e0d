package dev.tailrace.perf.lab;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import org.jspecify.annotations.Nullable;

/// Calls of the C library that jnr-posix does not have. Public only because the code that jnr-ffi generates for it
/// needs that. Each returns -1 and sets errno when it fails.
public interface LibcCalls {
    /// pipe(2), with flags of open(2) for both ends.
    int pipe2(int[] ends, int flags);

    /// close_range(2): closes or marks all descriptors from the first to the last.
    int close_range(int first, int last, int flags);

    /// wait4(2): status and use of resources of a child that has ended, which is no child then any more.
    int wait4(int pid, int[] status, int options, @Nullable Pointer usage);

    /// waitid(2), without a place for what it says.
    int waitid(int kind, int id, @Nullable Pointer information, int options);

    /// getsid(2): the session of a process, 0 for our own.
    int getsid(int pid);

    /// sched_getaffinity(2): the processors that a thread may use, bit by bit; 0 for our own thread.
    ///
    /// @param lengthBytes of the mask
    int sched_getaffinity(int threadId, long lengthBytes, @Out byte[] mask);

    /// sched_setaffinity(2).
    int sched_setaffinity(int threadId, long lengthBytes, @In byte[] mask);

    /// signal(2), for what is no function: `SIG_DFL`, 0, and `SIG_IGN`, 1.
    long signal(int signal, long disposition);
}
