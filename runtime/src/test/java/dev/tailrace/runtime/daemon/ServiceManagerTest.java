package dev.tailrace.runtime.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service manager is played by a socket of the test.
final class ServiceManagerTest {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int ROOM = 4096;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Test
    void shouldTellASocketOfTheFileSystem() {
        assertTold(directory.resolve("notify").toString(), directory.resolve("notify") + "\0");
    }

    @Test
    void shouldTellASocketOfTheAbstractKind() {
        final String name = "tailrace-test-" + ProcessHandle.current().pid();
        assertTold("@" + name, "\0" + name);
    }

    private void assertTold(final String variable, final String address) {
        final int fd = listen(address);
        try {
            final ServiceManager manager = manager(Map.of("NOTIFY_SOCKET", variable));
            manager.ready();
            assertEquals("READY=1\nSTATUS=serving", receive(fd));
            manager.stopping();
            assertTrue(receive(fd).startsWith("STOPPING=1\n"));
            assertEquals("", said.toString(StandardCharsets.UTF_8));
        } finally {
            Fd.close(fd);
        }
    }

    @Test
    void shouldDoWithoutOne() {
        manager(Map.of()).ready();
        assertEquals("", said.toString(StandardCharsets.UTF_8));
        manager(Map.of("NOTIFY_SOCKET", directory.resolve("gone").toString())).ready();
        assertTrue(
                said.toString(StandardCharsets.UTF_8).contains(" warn the service manager cannot be told: send to"),
                said::toString);
        said.reset();
        manager(Map.of("NOTIFY_SOCKET", "relative")).ready();
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("is no address of a socket"), said::toString);
    }

    private ServiceManager manager(final Map<String, String> environment) {
        return new ServiceManager(
                environment, new DaemonLog(new PrintStream(said), DaemonOptions.LogLevel.INFO, Clock.systemUTC()));
    }

    private static int listen(final String address) {
        final byte[] bytes = address.getBytes(StandardCharsets.UTF_8);
        final int fd = (int) Syscall.check(Syscall.call(SyscallNumber.SOCKET, AF_UNIX, SOCK_DGRAM, 0), "socket", "");
        try (Memory memory = Memory.region(ROOM)) {
            memory.buffer().putShort(0, (short) AF_UNIX);
            memory.buffer().putBytes(Short.BYTES, bytes);
            Syscall.check(
                    Syscall.call(SyscallNumber.BIND, fd, memory.address(), Short.BYTES + bytes.length),
                    "bind",
                    address);
        }
        return fd;
    }

    private static String receive(final int fd) {
        try (Memory memory = Memory.region(ROOM)) {
            final int count = (int) Syscall.check(Fd.read(fd, memory.address(), ROOM), "read", "");
            final byte[] bytes = new byte[count];
            memory.buffer().getBytes(0, bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
