package dev.tailrace.tapio.tap;

import static dev.tailrace.tapio.linux.Fd.O_CLOEXEC;
import static dev.tailrace.tapio.linux.Fd.O_NONBLOCK;
import static dev.tailrace.tapio.linux.Fd.O_RDONLY;
import static dev.tailrace.tapio.linux.Fd.O_RDWR;

import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.netns.InterfaceConfiguration;
import dev.tailrace.tapio.netns.InterfaceConfigurator;
import dev.tailrace.tapio.netns.NetworkNamespace;
import dev.tailrace.tapio.stub.Spawn;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens a TAP in a network namespace, with virtio-net headers and offloads, and configures it if asked.
public final class TapOpener {
    private static final String TUN = "/dev/net/tun";
    private static final String NO_VNET_HEADER = "ioctl(TUNSETIFF, IFF_VNET_HDR)";
    private static final int AT_FDCWD = -100;
    private static final long CLONE_NEWUSER = 0x1000_0000L;

    // linux/if_tun.h
    private static final int TUNSETIFF = 0x400454ca;
    private static final int TUNSETVNETHDRSZ = 0x400454d8;
    private static final int TUNSETOFFLOAD = 0x400454d0;
    private static final int TUNGETIFF = 0x800454d2;
    private static final short IFF_VNET_HDR = 0x4000;
    private static final short TAP_FLAGS = 0x0002 | 0x1000 | IFF_VNET_HDR;
    private static final short IFF_MULTI_QUEUE = 0x0100;
    private static final int OFFLOAD_CSUM_TSO = 0x01 | 0x02 | 0x04;
    private static final int OFFLOAD_USO = 0x20 | 0x40;

    private static final int IFREQ_LENGTH = 40;
    private static final int IFREQ_FLAGS = 16;
    private static final int NAME_MAX_LENGTH = 15;

    private TapOpener() {}

    /// Opens the TAP `name`, creating it unless it is there already (as a persistent TAP without multi-queue).
    ///
    /// @param name longer ones are cut to 15 bytes, as slirp4netns does
    /// @param configuration null to leave the interface as it is
    /// @throws LinuxException what failed: [#referenceLine] words it as slirp4netns does
    public static TapDevice open(
            final NetworkNamespace namespace, final String name, final @Nullable InterfaceConfiguration configuration) {
        return open(namespace, name, configuration, 1).getFirst();
    }

    /// Opens the TAP `name` with several queues.
    ///
    /// @param queues 1 for a TAP without multi-queue
    /// @return the device, once for each of its queues
    /// @throws LinuxException EINVAL of `ioctl(TUNSETIFF)` when it exists and has one queue only
    public static List<TapDevice> open(
            final NetworkNamespace namespace,
            final String name,
            final @Nullable InterfaceConfiguration configuration,
            final int queues) {
        final int netFd = Fd.open(namespace.path(), O_RDONLY | O_CLOEXEC);
        try {
            final String userPath = namespace.userPath();
            if (userPath == null) {
                return openAll(netFd, -1, namespace, name, configuration, queues);
            }
            final int userFd = Fd.open(userPath, O_RDONLY | O_CLOEXEC);
            try {
                return openAll(netFd, userFd, namespace, name, configuration, queues);
            } finally {
                Fd.close(userFd);
            }
        } finally {
            Fd.close(netFd);
        }
    }

    /// The failure as slirp4netns 1.2.0 prints it.
    public static String referenceLine(final LinuxException failure) {
        final String what = switch (failure.call()) {
            case "open" -> failure.object().equals(TUN) ? "open(\"/dev/net/tun\")" : failure.object();
            case "socket" -> "cannot create socket";
            case "ioctl(SIOCSIFFLAGS)" -> "cannot set device up";
            case "ioctl(SIOCSIFMTU)" -> "cannot set MTU";
            case "ioctl(SIOCSIFHWADDR)" -> "cannot set MAC address";
            case "ioctl(SIOCSIFADDR)" -> "cannot set device address";
            case "ioctl(SIOCSIFNETMASK)" -> "cannot set device netmask";
            case "ioctl(SIOCADDRT)" -> "set route";
            default -> failure.call();
        };
        return what + ": " + Errno.text(failure.errno());
    }

    private static List<TapDevice> openAll(
            final int netFd,
            final int userFd,
            final NetworkNamespace namespace,
            final String name,
            final @Nullable InterfaceConfiguration configuration,
            final int queues) {
        final short flags = queues == 1 ? TAP_FLAGS : TAP_FLAGS | IFF_MULTI_QUEUE;
        final List<TapDevice> devices = new ArrayList<>(queues);
        boolean complete = false;
        try {
            devices.add(openIn(netFd, userFd, namespace, name, flags, configuration));
            while (devices.size() < queues) {
                devices.add(attach(netFd, userFd, namespace, devices.getFirst(), flags));
            }
            complete = true;
        } finally {
            if (!complete) {
                devices.forEach(TapDevice::close);
            }
        }
        return devices;
    }

    /// Another queue of a device that has its header length and offloads by the first.
    private static TapDevice attach(
            final int netFd,
            final int userFd,
            final NetworkNamespace namespace,
            final TapDevice first,
            final short flags) {
        try (SyscallProgram program = new SyscallProgram()) {
            enter(program, netFd, userFd, namespace);
            final int tun = openTun(program);
            setInterface(program, tun, first.name(), flags);
            boolean complete = false;
            try {
                program.run();
                complete = true;
            } finally {
                if (!complete && program.result(tun) >= 0) {
                    Fd.close((int) program.result(tun));
                }
            }
            return new TapDevice(
                    (int) program.result(tun), first.name(), first.udpSegmentation(), first.congestionControlSet());
        }
    }

    private static void enter(
            final SyscallProgram program, final int netFd, final int userFd, final NetworkNamespace namespace) {
        if (userFd >= 0) {
            // We may be in it already, or need none of its rights; what comes next tells.
            program.ignoreError(program.add("setns(CLONE_NEWUSER)", "", SyscallNumber.SETNS, userFd, CLONE_NEWUSER));
        }
        program.add("setns(CLONE_NEWNET)", namespace.path(), SyscallNumber.SETNS, netFd, Spawn.CLONE_NEWNET);
    }

    private static int openTun(final SyscallProgram program) {
        final long path = program.memory().cString(TUN);
        return program.add("open", TUN, SyscallNumber.OPENAT, AT_FDCWD, path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    }

    /// @return address of the `struct ifreq`
    private static long setInterface(
            final SyscallProgram program, final int tun, final String name, final short flags) {
        final Memory memory = program.memory();
        final long request = memory.allocate(IFREQ_LENGTH);
        memory.buffer().putBytes(memory.offset(request), deviceName(name));
        memory.buffer().putShort(memory.offset(request) + IFREQ_FLAGS, flags);
        onTun(program, tun, "ioctl(TUNSETIFF)", name, TUNSETIFF, request);
        return request;
    }

    private static TapDevice openIn(
            final int netFd,
            final int userFd,
            final NetworkNamespace namespace,
            final String name,
            final short flags,
            final @Nullable InterfaceConfiguration configuration) {
        try (SyscallProgram program = new SyscallProgram()) {
            enter(program, netFd, userFd, namespace);
            final Memory memory = program.memory();
            final int tun = openTun(program);
            final long request = setInterface(program, tun, name, flags);
            onTun(program, tun, NO_VNET_HEADER, name, TUNGETIFF, request);
            final long headerLength = memory.allocate(Integer.BYTES);
            memory.buffer().putInt(memory.offset(headerLength), LinkDevice.VNET_HEADER_LENGTH);
            onTun(program, tun, "ioctl(TUNSETVNETHDRSZ)", name, TUNSETVNETHDRSZ, headerLength);
            final int segmentation =
                    onTun(program, tun, "ioctl(TUNSETOFFLOAD)", name, TUNSETOFFLOAD, OFFLOAD_CSUM_TSO | OFFLOAD_USO);
            // Kernels before 6.2 do not know USO.
            final int plain = onTun(program, tun, "ioctl(TUNSETOFFLOAD)", name, TUNSETOFFLOAD, OFFLOAD_CSUM_TSO);
            program.jump(segmentation, program.end());
            program.jumpOnError(segmentation, plain);
            final InterfaceConfigurator configurator =
                    new InterfaceConfigurator(program, new String(deviceName(name), StandardCharsets.UTF_8));
            if (configuration != null) {
                configurator.append(configuration);
            }
            final int fd = run(program, tun, configurator);
            if ((memory.buffer().getShort(memory.offset(request) + IFREQ_FLAGS) & IFF_VNET_HDR) == 0) {
                Fd.close(fd);
                throw new LinuxException(NO_VNET_HEADER, name, Errno.EOPNOTSUPP);
            }
            return new TapDevice(
                    fd,
                    memory.stringAt(request),
                    !Syscall.isError(program.result(segmentation)),
                    configurator.congestionControlSet());
        }
    }

    /// Runs the program; on a failure nothing stays open and a persistent device keeps no offloads.
    private static int run(final SyscallProgram program, final int tun, final InterfaceConfigurator configurator) {
        boolean complete = false;
        try {
            program.run();
            complete = true;
        } finally {
            configurator.closeDescriptors();
            if (!complete && program.result(tun) >= 0) {
                TapDevice.release((int) program.result(tun));
            }
        }
        return (int) program.result(tun);
    }

    private static int onTun(
            final SyscallProgram program,
            final int tun,
            final String call,
            final String name,
            final int ioctl,
            final long argument) {
        final int record = program.add(call, name, SyscallNumber.IOCTL, 0, Integer.toUnsignedLong(ioctl), argument);
        program.argumentFrom(record, 0, tun);
        return record;
    }

    private static byte[] deviceName(final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= NAME_MAX_LENGTH ? bytes : Arrays.copyOf(bytes, NAME_MAX_LENGTH);
    }
}
