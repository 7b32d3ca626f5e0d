package dev.tailrace.tapio.netns;

import static dev.tailrace.tapio.linux.Fd.O_CLOEXEC;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.SyscallProgram;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/// Appends to a syscall program, which is in the namespace by then, what configures an interface there: `lo` up, the
/// interface up, MTU, Ethernet address, IPv4 address and netmask, default route. IPv6 addresses come from router
/// advertisements.
///
/// The flags are set to exactly UP and RUNNING, without MULTICAST, as clients of slirp4netns see it. The descriptors
/// that the program opens are closed by [#closeDescriptors] after the run, whether it failed or not.
public final class InterfaceConfigurator {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM = 2;
    private static final int ARPHRD_ETHER = 1;

    // linux/sockios.h
    private static final int SIOCADDRT = 0x890b;
    private static final int SIOCSIFFLAGS = 0x8914;
    private static final int SIOCSIFADDR = 0x8916;
    private static final int SIOCSIFNETMASK = 0x891c;
    private static final int SIOCSIFMTU = 0x8922;
    private static final int SIOCSIFHWADDR = 0x8924;

    private static final short UP_RUNNING = 0x41;

    // struct ifreq (linux/if.h): name, then a union.
    private static final int IFREQ_LENGTH = 40;
    private static final int IFREQ_UNION = 16;
    private static final int SOCKADDR_DATA = 2;
    private static final int SIN_ADDR = 4;

    // struct rtentry (linux/route.h), 64-bit.
    private static final int RTENTRY_LENGTH = 120;
    private static final int RTENTRY_DST = 8;
    private static final int RTENTRY_GATEWAY = 24;
    private static final int RTENTRY_GENMASK = 40;
    private static final int RTENTRY_FLAGS = 56;
    private static final int RTENTRY_DEV = 88;
    private static final short RTF_UP_GATEWAY = 3;

    private static final String IPV6_SETTINGS = "/proc/sys/net/ipv6/conf/";
    private static final String CONGESTION_CONTROL = "/proc/sys/net/ipv4/tcp_congestion_control";
    private static final int ABSENT = -1;

    private final SyscallProgram program;
    private final Memory memory;
    private final String name;
    private final NamespaceSettings settings;
    private int socket = ABSENT;
    private int congestionControl = ABSENT;

    /// @param name of the interface
    public InterfaceConfigurator(final SyscallProgram program, final String name) {
        this.program = program;
        this.memory = program.memory();
        this.name = name;
        this.settings = new NamespaceSettings(program);
    }

    /// Appends all of it.
    public void append(final InterfaceConfiguration configuration) {
        socket = program.add("socket", "", SyscallNumber.SOCKET, AF_INET, SOCK_DGRAM | O_CLOEXEC, 0);
        flags("lo");
        if (configuration.ipv6AtOnce()) {
            // Before the interface is up, which gives it its link-local address.
            settings.add(IPV6_SETTINGS + name + "/accept_dad", "0");
        }
        flags(name);
        final long mtu = interfaceRequest(name);
        buffer().putInt(union(mtu), configuration.mtu());
        ioctl("ioctl(SIOCSIFMTU)", name, SIOCSIFMTU, mtu);
        if (configuration.macAddress() != InterfaceConfiguration.KEEP_MAC) {
            hardwareAddress(configuration.macAddress());
        }
        address("ioctl(SIOCSIFADDR)", SIOCSIFADDR, configuration.address());
        final int mask = configuration.prefixLength() == 0 ? 0 : -1 << Integer.SIZE - configuration.prefixLength();
        address("ioctl(SIOCSIFNETMASK)", SIOCSIFNETMASK, mask);
        defaultRoute(configuration.gateway());
        final String algorithm = configuration.tcpCongestionControl();
        congestionControl = algorithm == null ? ABSENT : settings.add(CONGESTION_CONTROL, algorithm);
    }

    /// Whether the last run set the congestion control that was wanted.
    public boolean congestionControlSet() {
        return congestionControl != ABSENT && program.result(congestionControl) > 0;
    }

    /// Closes what the run opened.
    public void closeDescriptors() {
        closeResult(socket);
        settings.closeDescriptors();
    }

    private void flags(final String device) {
        final long request = interfaceRequest(device);
        buffer().putShort(union(request), UP_RUNNING);
        ioctl("ioctl(SIOCSIFFLAGS)", device, SIOCSIFFLAGS, request);
    }

    private void hardwareAddress(final long macAddress) {
        final long request = interfaceRequest(name);
        final int union = union(request);
        buffer().putShort(union, (short) ARPHRD_ETHER);
        buffer().putShort(union + SOCKADDR_DATA, (short) (macAddress >>> 32), ByteOrder.BIG_ENDIAN);
        buffer().putInt(union + SOCKADDR_DATA + Short.BYTES, (int) macAddress, ByteOrder.BIG_ENDIAN);
        ioctl("ioctl(SIOCSIFHWADDR)", name, SIOCSIFHWADDR, request);
    }

    private void address(final String call, final int ioctl, final int address) {
        final long request = interfaceRequest(name);
        socketAddress(union(request), address);
        ioctl(call, name, ioctl, request);
    }

    private void defaultRoute(final int gateway) {
        final long route = memory.allocate(RTENTRY_LENGTH);
        final int offset = memory.offset(route);
        socketAddress(offset + RTENTRY_DST, 0);
        socketAddress(offset + RTENTRY_GATEWAY, gateway);
        socketAddress(offset + RTENTRY_GENMASK, 0);
        buffer().putShort(offset + RTENTRY_FLAGS, RTF_UP_GATEWAY);
        buffer().putLong(offset + RTENTRY_DEV, memory.cString(name));
        ioctl("ioctl(SIOCADDRT)", name, SIOCADDRT, route);
    }

    private void ioctl(final String call, final String device, final int ioctl, final long argument) {
        program.argumentFrom(program.add(call, device, SyscallNumber.IOCTL, 0, ioctl, argument), 0, socket);
    }

    private long interfaceRequest(final String device) {
        final long request = memory.allocate(IFREQ_LENGTH);
        buffer().putBytes(memory.offset(request), device.getBytes(StandardCharsets.UTF_8));
        return request;
    }

    private void socketAddress(final int offset, final int address) {
        buffer().putShort(offset, (short) AF_INET);
        buffer().putInt(offset + SIN_ADDR, address, ByteOrder.BIG_ENDIAN);
    }

    private int union(final long request) {
        return memory.offset(request) + IFREQ_UNION;
    }

    private UnsafeBuffer buffer() {
        return memory.buffer();
    }

    private void closeResult(final int record) {
        if (record != ABSENT && program.result(record) >= 0) {
            Fd.close((int) program.result(record));
        }
    }
}
