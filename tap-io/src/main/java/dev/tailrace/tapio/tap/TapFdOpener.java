package dev.tailrace.tapio.tap;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// Finds out what a descriptor that we were started with is, and uses it so: a TAP with virtio-net headers or without,
/// or a connected unix socket whose messages are Ethernet frames.
///
/// A TAP must have been opened with IFF_NO_PI. Whether it was cannot be asked: TUNGETIFF answers IFF_NOFILTER by the
/// same bit. Without it, all frames are dropped for their EtherType, and counted.
public final class TapFdOpener {
    private static final String WANTED = ": pass a TAP, or a connected unix socket (SOCK_SEQPACKET or SOCK_DGRAM)";

    // linux/if_tun.h
    private static final int TUNGETIFF = 0x800454d2;
    private static final int TUNSETOFFLOAD = 0x400454d0;
    private static final int TUNSETVNETHDRSZ = 0x400454d8;
    private static final int IFF_TAP = 0x0002;
    private static final int IFF_VNET_HDR = 0x4000;
    private static final int OFFLOAD_CSUM_TSO = 0x01 | 0x02 | 0x04;
    private static final int OFFLOAD_USO = 0x20 | 0x40;

    private static final int IFREQ_LENGTH = 40;
    private static final int IFREQ_FLAGS = 16;

    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_DOMAIN = 39;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_SEQPACKET = 5;

    private TapFdOpener() {}

    /// Takes the descriptor over, which is closed with what is returned, and not when this fails.
    ///
    /// @param counters counts what the port loses
    /// @throws DescriptorException when it is of another kind
    public static LinkPort open(final int fd, final Counters counters) {
        try (Memory memory = Memory.region(IFREQ_LENGTH)) {
            final long result =
                    Syscall.call(SyscallNumber.IOCTL, fd, Integer.toUnsignedLong(TUNGETIFF), memory.address());
            if (result == -Errno.EBADF) {
                throw new DescriptorException(fd, "is not open (EBADF): is it inherited, without FD_CLOEXEC?");
            }
            if (result == -Errno.EBADFD) {
                throw new DescriptorException(fd, "is /dev/net/tun without an interface: call TUNSETIFF first");
            }
            if (Syscall.isError(result)) {
                return socket(fd, memory, counters);
            }
            final int flags = memory.buffer().getShort(IFREQ_FLAGS);
            return tap(fd, memory.stringAt(memory.address()), flags, memory, counters);
        }
    }

    /// A connected socket that we have made.
    public static LinkPort ofSocket(final int fd, final Counters counters) {
        return new PlainPort(new FrameSocket(fd, counters), counters);
    }

    private static LinkPort tap(
            final int fd, final String name, final int flags, final Memory memory, final Counters counters) {
        if ((flags & IFF_TAP) == 0) {
            throw new DescriptorException(fd, "is the TUN " + name + ", which has no Ethernet frames" + WANTED);
        }
        Fd.fcntl(fd, Fd.F_SETFL, Fd.fcntl(fd, Fd.F_GETFL, 0) | Fd.O_NONBLOCK);
        Fd.fcntl(fd, Fd.F_SETFD, Fd.FD_CLOEXEC);
        if ((flags & IFF_VNET_HDR) == 0) {
            // A persistent device may have kept those of its last user, and without headers nobody could undo them.
            check(fd, name, "ioctl(TUNSETOFFLOAD)", TUNSETOFFLOAD, 0);
            return new PlainPort(new PlainTap(fd), counters);
        }
        memory.buffer().putInt(0, LinkDevice.VNET_HEADER_LENGTH);
        check(fd, name, "ioctl(TUNSETVNETHDRSZ)", TUNSETVNETHDRSZ, memory.address());
        // Kernels before 6.2 do not know USO.
        final boolean hasUso =
                !Syscall.isError(Syscall.call(SyscallNumber.IOCTL, fd, TUNSETOFFLOAD, OFFLOAD_CSUM_TSO | OFFLOAD_USO));
        if (!hasUso) {
            check(fd, name, "ioctl(TUNSETOFFLOAD)", TUNSETOFFLOAD, OFFLOAD_CSUM_TSO);
        }
        return new TapDevice(fd, name, hasUso, false);
    }

    private static LinkPort socket(final int fd, final Memory memory, final Counters counters) {
        final int type = option(fd, SO_TYPE, memory);
        if (type == -Errno.ENOTSOCK) {
            throw new DescriptorException(fd, "is neither a TAP nor a socket" + WANTED);
        }
        final boolean isKind = type == SOCK_SEQPACKET || type == SOCK_DGRAM;
        if (!isKind || option(fd, SO_DOMAIN, memory) != AF_UNIX) {
            throw new DescriptorException(fd, "is a socket that does not carry frames" + WANTED);
        }
        final long length = memory.address();
        final long address = memory.address() + Long.BYTES;
        memory.buffer().putInt(0, IFREQ_LENGTH - Long.BYTES);
        if (Syscall.call(SyscallNumber.GETPEERNAME, fd, address, length) == -Errno.ENOTCONN) {
            throw new DescriptorException(fd, "is a socket without a peer (ENOTCONN): connect it first");
        }
        Fd.fcntl(fd, Fd.F_SETFD, Fd.FD_CLOEXEC);
        return ofSocket(fd, counters);
    }

    private static int option(final int fd, final int name, final Memory memory) {
        final long value = memory.address();
        final long length = memory.address() + Long.BYTES;
        memory.buffer().putInt(Long.BYTES, Integer.BYTES);
        final long result = Syscall.call(SyscallNumber.GETSOCKOPT, fd, SOL_SOCKET, name, value, length);
        return Syscall.isError(result) ? (int) result : memory.buffer().getInt(0);
    }

    private static void check(
            final int fd, final String name, final String call, final int request, final long argument) {
        Syscall.check(Syscall.call(SyscallNumber.IOCTL, fd, Integer.toUnsignedLong(request), argument), call, name);
    }
}
