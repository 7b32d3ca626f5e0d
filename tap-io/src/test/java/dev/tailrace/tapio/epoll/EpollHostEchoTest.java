package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Errno;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

class EpollHostEchoTest implements HostEchoListener {
    private static final int HEADER_LENGTH = 8;
    private static final int SEQUENCE_OFFSET = 6;
    private static final int ECHO_REQUEST = 8;
    private static final int ECHO6_REQUEST = 128;

    private static final int LOOPBACK_MTU = 65_536;

    private final List<String> replies = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private int count;
    private boolean keepText = true;

    @Test
    void shouldHearRepliesWithTheirSequence() throws Exception {
        PrivateNetwork.run(LOOPBACK_MTU, () -> {
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                final HostEcho echo = echo(host);
                assertEquals(0, send(host, echo, 1, 0));
                assertEquals(0, send(host, echo, 65_535, 56));
                assertEquals(0, send(host, echo, 3, 60_000));
                host.await("three replies", () -> count == 3);
                assertEquals(List.of("0 1 8 127.0.0.1", "0 65535 64 127.0.0.1", "0 3 60008 127.0.0.1"), replies);
                echo.close();
                echo.close();
                assertEquals(-Errno.EBADF, send(host, echo, 4, 0));
            }
        });
    }

    @Test
    void shouldHearRepliesOverIpv6() throws Exception {
        HostSocketsFixture.assumeIpv6();
        PrivateNetwork.run(LOOPBACK_MTU, () -> {
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                final HostEcho echo = echo(host, true);
                assertEquals(0, send6(host, echo, 1, 0));
                assertEquals(0, send6(host, echo, 65_535, 60_000));
                host.await("two replies", () -> count == 2);
                assertEquals(List.of("129 1 8 ::1", "129 65535 60008 ::1"), replies);
                assertEquals(-Errno.EAFNOSUPPORT, send(host, echo, 2, 0));
                echo.close();
            }
        });
    }

    @Test
    void shouldTellErrorWithSequenceOverIpv6() throws Exception {
        HostSocketsFixture.assumeIpv6();
        PrivateNetwork.run(LOOPBACK_MTU, () -> {
            // Nobody answers for 2001:db8::2 on the link: our own kernel says address unreachable.
            PrivateNetwork.command("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
            PrivateNetwork.setting("ipv6/neigh/v0/retrans_time_ms", "10");
            PrivateNetwork.command("ip", "addr", "add", "2001:db8::1/64", "dev", "v0", "nodad");
            PrivateNetwork.command("ip", "link", "set", "v1", "up");
            PrivateNetwork.command("ip", "link", "set", "v0", "up");
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                final HostEcho echo = echo(host, true);
                fill(host, ECHO6_REQUEST, 77);
                assertEquals(0, echo.send(host.buffer, 0, 16, 0x2001_0db8_0000_0000L, 2, 64));
                host.await("the error", () -> !errors.isEmpty());
                assertEquals(List.of("1/3 sequence 77 to 2001:db8::2 from 2001:db8::1"), errors);
                assertEquals(0, send6(host, echo, 2, 0), "the pending error does not fail the next send");
                host.await("a reply", () -> count == 1);
                echo.close();
            }
        });
    }

    @Test
    void shouldAnswerErrnoOfFailedSend() throws Exception {
        PrivateNetwork.run(LOOPBACK_MTU, () -> {
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                final HostEcho echo = echo(host);
                fill(host, ECHO_REQUEST, 1);
                final long broadcast = IpAddress.ipv4Lo(0x7fffffff);
                assertEquals(-Errno.EACCES, echo.send(host.buffer, 0, 16, IpAddress.IPV4_HI, broadcast, 64));
                assertEquals(0, send(host, echo, 2, 0));
                host.await("a reply", () -> count == 1);
                echo.close();
            }
        });
    }

    @Test
    void shouldTellErrorWithSequence() throws Exception {
        PrivateNetwork.run(LOOPBACK_MTU, () -> {
            // Nobody answers for 198.51.100.2 on the link: our own kernel says host unreachable.
            PrivateNetwork.command("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
            PrivateNetwork.setting("ipv4/neigh/v0/retrans_time_ms", "10");
            PrivateNetwork.command("ip", "addr", "add", "198.51.100.1/24", "dev", "v0");
            PrivateNetwork.command("ip", "link", "set", "v1", "up");
            PrivateNetwork.command("ip", "link", "set", "v0", "up");
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                final HostEcho echo = echo(host);
                fill(host, ECHO_REQUEST, 77);
                assertEquals(0, echo.send(host.buffer, 0, 16, IpAddress.IPV4_HI, IpAddress.ipv4Lo(0xc6336402), 64));
                host.await("the error", () -> !errors.isEmpty());
                assertEquals(List.of("3/1 sequence 77 to 198.51.100.2 from 198.51.100.1"), errors);
                assertEquals(0, host.loop.run(0), "reported once");
                assertEquals(0, send(host, echo, 2, 0), "the pending error does not fail the next send");
                host.await("a reply", () -> count == 1);
                echo.close();
            }
        });
    }

    @Test
    void shouldAnswerErrnoWhenNotAllowed() throws Exception {
        PrivateNetwork.run(LOOPBACK_MTU, () -> {
            PrivateNetwork.setting("ipv4/ping_group_range", "1 0");
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                assertNull(host.sockets.echo(false, this));
                assertEquals(Errno.EACCES, host.sockets.lastErrno());
                HostSocketsFixture.assumeIpv6();
                assertNull(host.sockets.echo(true, this));
                assertEquals(Errno.EACCES, host.sockets.lastErrno());
            }
        });
    }

    @Test
    void shouldAllocateNothingPerEcho() throws Exception {
        PrivateNetwork.run(LOOPBACK_MTU, () -> {
            try (HostSocketsFixture host = new HostSocketsFixture()) {
                final HostEcho echo = echo(host);
                keepText = false;
                final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                long bytes = 1;
                for (int round = 0; round < 20 && bytes != 0; round++) {
                    final long before = threads.getCurrentThreadAllocatedBytes();
                    for (int i = 0; i < 2_000; i++) {
                        send(host, echo, i, 56);
                        host.loop.run(1_000_000_000);
                    }
                    bytes = threads.getCurrentThreadAllocatedBytes() - before;
                }
                assertEquals(0, bytes, "bytes in 2,000 echoes");
                assertTrue(count >= 2_000);
                echo.close();
            }
        });
    }

    private HostEcho echo(final HostSocketsFixture host) {
        return echo(host, false);
    }

    private HostEcho echo(final HostSocketsFixture host, final boolean ipv6) {
        final HostEcho echo = host.sockets.echo(ipv6, this);
        assertNotNull(echo);
        return echo;
    }

    private static int send(
            final HostSocketsFixture host, final HostEcho echo, final int sequence, final int dataLength) {
        fill(host, ECHO_REQUEST, sequence);
        return echo.send(
                host.buffer, 0, HEADER_LENGTH + dataLength, IpAddress.IPV4_HI, HostSocketsFixture.LOOPBACK_LO, 64);
    }

    private static int send6(
            final HostSocketsFixture host, final HostEcho echo, final int sequence, final int dataLength) {
        fill(host, ECHO6_REQUEST, sequence);
        return echo.send(host.buffer, 0, HEADER_LENGTH + dataLength, 0, HostSocketsFixture.LOOPBACK6_LO, 64);
    }

    private static void fill(final HostSocketsFixture host, final int type, final int sequence) {
        host.buffer.putLong(0, 0);
        host.buffer.putByte(0, (byte) type);
        host.buffer.putShort(SEQUENCE_OFFSET, (short) sequence, ByteOrder.BIG_ENDIAN);
    }

    @Override
    public void onReply(
            final DirectBuffer buffer, final int offset, final int length, final long sourceHi, final long sourceLo) {
        count++;
        if (keepText) {
            final int sequence = buffer.getShort(offset + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
            replies.add((buffer.getByte(offset) & 0xff) + " " + sequence + " " + length + " "
                    + IpAddress.format(sourceHi, sourceLo));
        }
    }

    @Override
    public void onIcmpError(
            final int type,
            final int code,
            final int mtu,
            final int sequence,
            final long destinationHi,
            final long destinationLo,
            final long offenderHi,
            final long offenderLo) {
        errors.add(type + "/" + code + " sequence " + sequence + " to " + IpAddress.format(destinationHi, destinationLo)
                + " from " + IpAddress.format(offenderHi, offenderLo));
    }
}
