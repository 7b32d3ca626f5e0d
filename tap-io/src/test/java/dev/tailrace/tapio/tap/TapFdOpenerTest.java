package dev.tailrace.tapio.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Descriptors that need no privilege; TAPs are in `TapFdIT`.
class TapFdOpenerTest {
    private static final String WANTED = ": pass a TAP, or a connected unix socket (SOCK_SEQPACKET or SOCK_DGRAM)";
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_SEQPACKET = 5;

    @Test
    void shouldRefuseADescriptorThatIsNotOpen() {
        assertRefused(9_999, "is not open (EBADF): is it inherited, without FD_CLOEXEC?");
    }

    @Test
    void shouldRefuseFilesAndPipes(@TempDir final Path directory) {
        final String problem = "is neither a TAP nor a socket" + WANTED;
        final int file = Fd.open(directory.resolve("file").toString(), Fd.O_RDWR | Fd.O_CREAT | Fd.O_CLOEXEC);
        assertRefused(file, problem);
        Fd.close(file);
        final long pipe = Fd.pipe2(Fd.O_CLOEXEC);
        assertRefused(Fd.readEnd(pipe), problem);
        Fd.close(Fd.readEnd(pipe));
        Fd.close(Fd.writeEnd(pipe));
    }

    @Test
    void shouldRefuseSocketsWithoutFrames() {
        final String problem = "is a socket that does not carry frames" + WANTED;
        assertRefusedAndClose(socket(AF_UNIX, SOCK_STREAM), problem);
        assertRefusedAndClose(socket(AF_INET, SOCK_STREAM), problem);
        assertRefusedAndClose(socket(AF_INET, SOCK_DGRAM), problem);
        final String noPeer = "is a socket without a peer (ENOTCONN): connect it first";
        assertRefusedAndClose(socket(AF_UNIX, SOCK_SEQPACKET), noPeer);
        assertRefusedAndClose(socket(AF_UNIX, SOCK_DGRAM), noPeer);
    }

    @Test
    void shouldRefuseATunDeviceWithoutInterface() {
        assumeTrue(new File("/dev/net/tun").canWrite(), "/dev/net/tun is not open to this user");
        assertRefusedAndClose(
                Fd.open("/dev/net/tun", Fd.O_RDWR | Fd.O_CLOEXEC),
                "is /dev/net/tun without an interface: call TUNSETIFF first");
    }

    @Test
    void shouldTakeConnectedSockets() {
        try (Memory memory = Memory.region(2 * Integer.BYTES)) {
            for (final int type : new int[] {SOCK_SEQPACKET, SOCK_DGRAM}) {
                Syscall.check(
                        Syscall.call(SyscallNumber.SOCKETPAIR, AF_UNIX, type, 0, memory.address()), "socketpair", "");
                final int fd = memory.buffer().getInt(0);
                try (LinkPort port = TapFdOpener.open(fd, new Counters())) {
                    assertEquals(fd, port.fd());
                    assertEquals(Fd.FD_CLOEXEC, Fd.fcntl(fd, Fd.F_GETFD, 0));
                }
                Fd.close(memory.buffer().getInt(Integer.BYTES));
            }
        }
    }

    private static int socket(final int family, final int type) {
        return (int) Syscall.check(Syscall.call(SyscallNumber.SOCKET, family, type, 0), "socket", "");
    }

    private static void assertRefusedAndClose(final int fd, final String problem) {
        assertRefused(fd, problem);
        assertEquals(0, Fd.close(fd), "was left open");
    }

    private static void assertRefused(final int fd, final String problem) {
        final DescriptorException e =
                assertThrows(DescriptorException.class, () -> TapFdOpener.open(fd, new Counters()));
        assertEquals("fd " + fd + " " + problem, e.getMessage());
    }
}
