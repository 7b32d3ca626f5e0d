package dev.tailrace.tapio.tap;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// A TAP whose frames carry virtio-net headers. Buffers passed in are outside the Java heap: the kernel reads and
/// writes them in place. Owned by one thread.
public final class TapDevice implements LinkPort {
    private static final int TUNSETOFFLOAD = 0x400454d0;

    static final String CLOSED_TEXT = "the TAP is gone: its interface was deleted";

    private final int fd;
    private final String name;
    private final boolean udpSegmentation;
    private final boolean congestionControlSet;
    private final Gather gather = new Gather(1);
    private boolean closed;

    TapDevice(final int fd, final String name, final boolean udpSegmentation, final boolean congestionControlSet) {
        this.fd = fd;
        this.name = name;
        this.udpSegmentation = udpSegmentation;
        this.congestionControlSet = congestionControlSet;
    }

    /// The descriptor, non-blocking, to wait on.
    @Override
    public int fd() {
        return fd;
    }

    /// The interface's name in its namespace.
    public String name() {
        return name;
    }

    /// Whether the configuration asked for a TCP congestion control and the kernel took it.
    public boolean congestionControlSet() {
        return congestionControlSet;
    }

    /// Our descriptor keeps the namespace alive: so somebody deleted the interface.
    @Override
    public String closedText() {
        return CLOSED_TEXT;
    }

    @Override
    public boolean udpSegmentation() {
        return udpSegmentation;
    }

    @Override // hot path
    public int receive(final MutableDirectBuffer buffer, final int offset, final int capacity) {
        if (closed) {
            return CLOSED;
        }
        final long result = Fd.read(fd, buffer.addressOffset() + offset, capacity);
        if (result > 0) {
            return (int) result;
        }
        // Anything but "nothing there" is final: EBADFD or EFAULT when the device or its namespace was deleted.
        return result == -Errno.EAGAIN ? DRAINED : CLOSED;
    }

    @Override // hot path
    public boolean transmit(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer payload,
            final int firstOffset,
            final int firstLength,
            final int secondOffset,
            final int secondLength) {
        if (closed) {
            return false;
        }
        final int count = gather.set(
                0,
                headers,
                headersOffset,
                headersLength,
                payload,
                firstOffset,
                firstLength,
                secondOffset,
                secondLength);
        // Refused: EIO while the link is down, EINVAL for a frame it does not like.
        return gather.write(fd, count);
    }

    /// Takes the offloads back, which a persistent device would keep, and closes.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release(fd);
            gather.close();
        }
    }

    static void release(final int fd) {
        Syscall.call(SyscallNumber.IOCTL, fd, TUNSETOFFLOAD, 0);
        Fd.close(fd);
    }
}
