package dev.tailrace.tapio.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.netstack.link.LinkDevice;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.netns.InterfaceConfiguration;
import dev.tailrace.tapio.netns.NetworkNamespace;
import java.io.File;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each test has a user and network namespace of its own, with nothing in it but `lo` and our TAP.
class TapOpenerIT {
    private static final int NETWORK = 0x0a000200;
    private static final long MAC = 0x0200_5e10_2030L;
    private static final InterfaceConfiguration CONFIGURATION =
            InterfaceConfiguration.ofNetwork(NETWORK, 24, 1500, MAC, "cubic", true);
    private static final int ETHERNET = LinkDevice.VNET_HEADER_LENGTH;
    private static final int ARP = ETHERNET + 14;
    private static final int ARP_FRAME_LENGTH = ARP + 28;

    private final Memory memory = Memory.region(2 * LinkDevice.MAX_FRAME_LENGTH);
    private GuestShell guest;

    @BeforeEach
    void enter() throws Exception {
        assumeTrue(
                new File("/dev/net/tun").canRead() && new File("/dev/net/tun").canWrite(),
                "/dev/net/tun is not open to this user: chmod 0666 /dev/net/tun");
        guest = GuestShell.start();
    }

    @AfterEach
    void leave() throws Exception {
        memory.close();
        if (guest != null) {
            guest.close();
        }
    }

    @Test
    void shouldOpenAndConfigure() throws Exception {
        try (TapDevice tap = TapOpener.open(namespace(), "tap0", CONFIGURATION)) {
            assertEquals("tap0", tap.name());
            assertTrue(tap.congestionControlSet());
            assertEquals("cubic", guest.run("cat /proc/sys/net/ipv4/tcp_congestion_control"));
            final String link = guest.run("ip link show tap0");
            assertTrue(link.contains("<BROADCAST,UP,LOWER_UP> mtu 1500"), link);
            assertTrue(link.contains("link/ether 02:00:5e:10:20:30"), link);
            final String address = guest.run("ip addr show tap0");
            assertTrue(address.contains("inet 10.0.2.100/24 brd 10.0.2.255 scope global tap0"), address);
            assertEquals(
                    "default via 10.0.2.2 dev tap0 \n10.0.2.0/24 dev tap0 proto kernel scope link src 10.0.2.100",
                    guest.run("ip route").replaceAll(" +\n", " \n").stripTrailing());
            assertTrue(guest.run("ip link show lo").contains("LOOPBACK,UP"));
        }
        assertTrue(guest.run("ip link show tap0 2>&1").contains("does not exist"));
    }

    @Test
    void shouldAnswerArpThroughTheKernel() {
        try (TapDevice tap = TapOpener.open(namespace(), "tap0", CONFIGURATION)) {
            final UnsafeBuffer buffer = memory.buffer();
            writeArpRequest(buffer, 0);
            // The frame in three pieces: headers, and a payload that wraps.
            assertTrue(tap.transmit(buffer, 0, ARP, buffer, ARP, 8, ARP + 8, 20));
            awaitArpReply(tap, buffer, LinkDevice.MAX_FRAME_LENGTH);
        }
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (TapDevice tap = TapOpener.open(namespace(), "tap0", CONFIGURATION)) {
            final UnsafeBuffer buffer = memory.buffer();
            writeArpRequest(buffer, 0);
            long allocated = 0;
            for (int round = 0; round < 2; round++) {
                final long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 10_000; i++) {
                    exchange(tap, buffer);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(allocated < 10_000, "allocated " + allocated + " bytes for 10,000 exchanges");
        }
    }

    @Test
    void shouldRefuseFramesWhileLinkIsDownAndEndWhenDeleted() throws Exception {
        try (TapDevice tap = TapOpener.open(namespace(), "tap0", null)) {
            final UnsafeBuffer buffer = memory.buffer();
            writeArpRequest(buffer, 0);
            assertFalse(tap.transmit(buffer, 0, ARP_FRAME_LENGTH, buffer, 0, 0, 0, 0));
            assertEquals(LinkDevice.DRAINED, tap.receive(buffer, 0, LinkDevice.MAX_FRAME_LENGTH));
            guest.run("ip link del tap0");
            assertEquals(LinkDevice.CLOSED, tap.receive(buffer, 0, LinkDevice.MAX_FRAME_LENGTH));
            assertFalse(tap.transmit(buffer, 0, ARP_FRAME_LENGTH, buffer, 0, 0, 0, 0));
        }
    }

    @Test
    void shouldTakePersistentTapAndLeaveItWithoutOffloads() throws Exception {
        guest.run("ip tuntap add name tapp mode tap && ip link set tapp up");
        try (TapDevice tap = TapOpener.open(namespace(), "tapp", null)) {
            assertEquals("tapp", tap.name());
            final int features = checksumFeature("tapp");
            assertTrue((features & 1) != 0, "transmit checksum offload is on while open: " + features);
        }
        assertEquals(0, checksumFeature("tapp"), "offload left on");
        TapOpener.open(namespace(), "tapp", CONFIGURATION).close();
    }

    @Test
    void shouldCutLongName() {
        try (TapDevice tap = TapOpener.open(namespace(), "a-very-long-name-of-a-tap", CONFIGURATION)) {
            assertEquals("a-very-long-nam", tap.name());
        }
    }

    @Test
    void shouldSayWhatFailedAsTheReferenceDoes() {
        assertFailure("/proc/999999/ns/net: No such file or directory", NetworkNamespace.ofProcess(999_999, null), "t");
        assertFailure("setns(CLONE_NEWNET): Invalid argument", NetworkNamespace.ofPath("/etc/hostname", null), "t");
        assertFailure("/nowhere: No such file or directory", NetworkNamespace.ofPath("/nowhere", null), "t");
        assertFailure("ioctl(TUNSETIFF): Invalid argument", namespace(), "lo");
        try (TapDevice tap = TapOpener.open(namespace(), "tap0", null)) {
            assertEquals("tap0", tap.name());
            assertFailure("ioctl(TUNSETIFF): Device or resource busy", namespace(), "tap0");
        }
        final int before = new File("/proc/self/fd").list().length;
        final LinuxException mtu = assertThrows(
                LinuxException.class,
                () -> TapOpener.open(
                        namespace(),
                        "tap1",
                        InterfaceConfiguration.ofNetwork(
                                NETWORK, 24, 60, InterfaceConfiguration.KEEP_MAC, null, false)));
        assertEquals("cannot set MTU: Invalid argument", TapOpener.referenceLine(mtu));
        assertEquals("ioctl(SIOCSIFMTU) tap1: EINVAL (Invalid argument)", mtu.getMessage());
        assertEquals(before, new File("/proc/self/fd").list().length, "descriptors left open");
        assertEquals(
                "open(\"/dev/net/tun\"): Permission denied",
                TapOpener.referenceLine(new LinuxException("open", "/dev/net/tun", Errno.EACCES)));
    }

    @Test
    void shouldStayDumpable() {
        final int before = OwnProcess.dumpable();
        TapOpener.open(namespace(), "tap0", null).close();
        assertEquals(before, OwnProcess.dumpable());
    }

    private NetworkNamespace namespace() {
        return NetworkNamespace.ofProcess(guest.pid(), null);
    }

    private static void assertFailure(final String line, final NetworkNamespace namespace, final String name) {
        final LinuxException e =
                assertThrows(LinuxException.class, () -> TapOpener.open(namespace, name, CONFIGURATION));
        assertEquals(line, TapOpener.referenceLine(e));
    }

    /// 1 when the device offloads transmit checksums, from the feature words that ethtool reads.
    private int checksumFeature(final String name) throws Exception {
        assumeTrue(guest.run("command -v ethtool").endsWith("ethtool"), "ethtool is not installed");
        return Integer.parseInt(guest.run("ethtool -k " + name + " | grep -c '^tx-checksumming: on'"));
    }

    private static void exchange(final TapDevice tap, final UnsafeBuffer buffer) {
        tap.transmit(buffer, 0, ARP_FRAME_LENGTH, buffer, 0, 0, 0, 0);
        int length;
        do {
            length = tap.receive(buffer, LinkDevice.MAX_FRAME_LENGTH, LinkDevice.MAX_FRAME_LENGTH);
        } while (length > 0);
    }

    /// Who has 10.0.2.100? Tell 10.0.2.2.
    private static void writeArpRequest(final UnsafeBuffer buffer, final int offset) {
        buffer.setMemory(offset, ARP_FRAME_LENGTH, (byte) 0);
        put(buffer, offset + ETHERNET, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0x55, 10, 0, 2, 2, 0x08, 0x06);
        put(buffer, offset + ARP, 0, 1, 8, 0, 6, 4, 0, 1, 0x52, 0x55, 10, 0, 2, 2, 10, 0, 2, 2);
        put(buffer, offset + ARP + 24, 10, 0, 2, 100);
    }

    private static void put(final UnsafeBuffer buffer, final int offset, final int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            buffer.putByte(offset + i, (byte) bytes[i]);
        }
    }

    private void awaitArpReply(final TapDevice tap, final UnsafeBuffer buffer, final int offset) {
        for (int frames = 0; frames < 100; ) {
            final int length = tap.receive(buffer, offset, LinkDevice.MAX_FRAME_LENGTH);
            if (length == LinkDevice.DRAINED) {
                awaitReadable(tap.fd());
                continue;
            }
            assertTrue(length > ARP, "length " + length);
            frames++;
            if (buffer.getByte(offset + ETHERNET + 12) == 8 && buffer.getByte(offset + ETHERNET + 13) == 6) {
                assertEquals(2, buffer.getByte(offset + ARP + 7), "an ARP reply");
                assertEquals(0x5e, buffer.getByte(offset + ARP + 10));
                return;
            }
        }
        throw new AssertionError("no ARP reply among 100 frames");
    }

    private static void awaitReadable(final int fd) {
        try (Memory poll = Memory.region(32)) {
            poll.buffer().putInt(0, fd);
            poll.buffer().putShort(4, (short) 1);
            poll.buffer().putLong(16, 10);
            assertEquals(
                    1,
                    Syscall.call(SyscallNumber.PPOLL, poll.address(), 1, poll.address() + 16, 0, 8),
                    "no frame within 10 s");
        }
    }
}
