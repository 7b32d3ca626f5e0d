package dev.tailrace.tapio.slirp.api;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.agrona.concurrent.UnsafeBuffer;

/// Reads from a unix socket together with a descriptor that may come along (SCM_RIGHTS, unix(7)). There is room for one
/// descriptor: the kernel closes those beyond.
final class DescriptorReceiver implements AutoCloseable {
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CMSG_CLOEXEC = 0x4000_0000;

    /// `struct msghdr` and `struct iovec` (bits/socket.h), then a `struct cmsghdr` with one int.
    private static final int MESSAGE_LENGTH = 56;

    private static final int IOVEC = 64;
    private static final int CONTROL = 80;
    private static final int CONTROL_LENGTH = 20;
    private static final int REGION_LENGTH = 128;
    private static final int IOVEC_OFFSET = 16;
    private static final int IOVEC_COUNT_OFFSET = 24;
    private static final int CONTROL_OFFSET = 32;
    private static final int CONTROL_LENGTH_OFFSET = 40;

    private final Memory memory = Memory.region(REGION_LENGTH);
    private final UnsafeBuffer buffer = memory.buffer();
    private int descriptor = ApiClient.NO_DESCRIPTOR;

    /// @return bytes read, 0 at the end, or `-errno`
    long receive(final int fd, final long address, final long lengthBytes) {
        descriptor = ApiClient.NO_DESCRIPTOR;
        buffer.setMemory(0, MESSAGE_LENGTH, (byte) 0);
        buffer.putLong(IOVEC, address);
        buffer.putLong(IOVEC + Long.BYTES, lengthBytes);
        buffer.putLong(IOVEC_OFFSET, memory.address() + IOVEC);
        buffer.putLong(IOVEC_COUNT_OFFSET, 1);
        buffer.putLong(CONTROL_OFFSET, memory.address() + CONTROL);
        buffer.putLong(CONTROL_LENGTH_OFFSET, CONTROL_LENGTH);
        long result;
        do {
            result = Syscall.call(SyscallNumber.RECVMSG, fd, memory.address(), MSG_CMSG_CLOEXEC);
        } while (result == -Errno.EINTR);
        final boolean hasDescriptor = result >= 0
                && buffer.getLong(CONTROL_LENGTH_OFFSET) >= CONTROL_LENGTH
                && buffer.getInt(CONTROL + 8) == SOL_SOCKET
                && buffer.getInt(CONTROL + 12) == SCM_RIGHTS;
        if (hasDescriptor) {
            descriptor = buffer.getInt(CONTROL + 16);
        }
        return result;
    }

    /// The descriptor that came with what was read last; its receiver's from now on.
    int take() {
        final int taken = descriptor;
        descriptor = ApiClient.NO_DESCRIPTOR;
        return taken;
    }

    /// Closes the descriptor that came with what was read last, if any.
    void discard() {
        final int unwanted = take();
        if (unwanted != ApiClient.NO_DESCRIPTOR) {
            Fd.close(unwanted);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
