package dev.tailrace.tapio.lab;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.nio.charset.StandardCharsets;

/// A TAP in the network of a guest, opened by this process: its frames have no header before them and no offloads,
/// unless `flags` say so.
public final class GuestTap {
    // linux/if_tun.h
    public static final int IFF_TUN = 0x0001;
    public static final int IFF_TAP = 0x0002;
    public static final int IFF_NO_PI = 0x1000;
    public static final int IFF_VNET_HDR = 0x4000;

    private static final int TUNSETIFF = 0x400454ca;
    private static final int IFREQ_LENGTH = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final int AT_FDCWD = -100;
    private static final long CLONE_NEWUSER = 0x1000_0000L;
    private static final long CLONE_NEWNET = 0x4000_0000L;

    private GuestTap() {}

    /// Opens the device in the namespaces of process `pid`.
    ///
    /// @param flags of TUNSETIFF
    /// @return a descriptor that blocks and that programs started by `execve` inherit
    public static int open(final long pid, final String name, final int flags) {
        final int user = Fd.open("/proc/" + pid + "/ns/user", Fd.O_RDONLY | Fd.O_CLOEXEC);
        final int net = Fd.open("/proc/" + pid + "/ns/net", Fd.O_RDONLY | Fd.O_CLOEXEC);
        try (SyscallProgram program = new SyscallProgram()) {
            program.ignoreError(program.add("setns", "user", SyscallNumber.SETNS, user, CLONE_NEWUSER));
            program.add("setns", "net", SyscallNumber.SETNS, net, CLONE_NEWNET);
            final long path = program.memory().cString("/dev/net/tun");
            final int tun = program.add("open", "/dev/net/tun", SyscallNumber.OPENAT, AT_FDCWD, path, Fd.O_RDWR);
            final long request = program.memory().allocate(IFREQ_LENGTH);
            final int offset = program.memory().offset(request);
            program.memory().buffer().putBytes(offset, name.getBytes(StandardCharsets.UTF_8));
            program.memory().buffer().putShort(offset + IFREQ_FLAGS, (short) flags);
            final int set = program.add("ioctl(TUNSETIFF)", name, SyscallNumber.IOCTL, 0, TUNSETIFF, request);
            program.argumentFrom(set, 0, tun);
            program.run();
            return (int) program.result(tun);
        } finally {
            Fd.close(user);
            Fd.close(net);
        }
    }
}
