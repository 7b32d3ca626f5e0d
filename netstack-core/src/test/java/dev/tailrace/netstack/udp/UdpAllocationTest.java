package dev.tailrace.netstack.udp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.tailrace.netstack.ip.GuestSender;
import dev.tailrace.netstack.ip.IngressPacket;
import dev.tailrace.netstack.wire.IpAddress;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class UdpAllocationTest {
    private static final int ROUNDS = 20;
    private static final int CYCLES = 2000;

    private final UdpFixture net = UdpFixture.open();
    private final UnsafeBuffer received = new UnsafeBuffer(ByteBuffer.allocateDirect(66_000));
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Bytes allocated in the best of some rounds: what the compiler does meanwhile is not ours.
    private long allocatedBy(final Runnable cycle) {
        net.sockets.isCounting = true;
        net.guest.isCounting = true;
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && best != 0; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int index = 0; index < CYCLES; index++) {
                cycle.run();
            }
            best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return best;
    }

    private void arrive(
            final FakeDatagram socket, final int source, final int port, final int length, final int segment) {
        socket.listener.onReadable();
        net.udp.poll(net.nowNs, 100);
        socket.listener.onDatagram(received, 0, length, segment, 0, IpAddress.ipv4Lo(source), port);
    }

    @Test
    void shouldNotAllocatePerDatagram() {
        final FakeDatagram socket = net.mapping(5000, UdpFixture.REMOTE, 7);
        final FakeDatagram names = net.mapping(5000, UdpFixture.NAME_SERVER, 53);
        net.udp.forwards().open(1, 0, 0, 8080, 0, IpAddress.ipv4Lo(UdpFixture.GUEST), 80);
        final FakeDatagram published = net.sockets.opened.getLast();
        final IngressPacket packet = net.sender.udp(5000, UdpFixture.REMOTE, 7, GuestSender.payload(1400, 1));
        final IngressPacket query = new GuestSender().udp(5000, UdpFixture.NAME_SERVER, 53, new byte[40]);
        final IngressPacket answer = new GuestSender().udp(80, UdpFixture.OTHER, 4444, new byte[40]);
        final IngressPacket run = new GuestSender().gso(5000, UdpFixture.REMOTE, 7, new byte[12_000], 1200);
        final long allocated = allocatedBy(() -> {
            net.udp.onPacket(packet, net.nowNs);
            net.udp.onPacket(query, net.nowNs);
            net.udp.onPacket(run, net.nowNs);
            net.udp.flush();
            arrive(socket, UdpFixture.REMOTE, 7, 1400, 0);
            arrive(socket, UdpFixture.REMOTE, 7, 9000, 0);
            arrive(socket, UdpFixture.REMOTE, 7, 60_000, 1200);
            arrive(names, UdpFixture.RESOLVER, 53, 300, 0);
            arrive(published, UdpFixture.OTHER, 4444, 300, 0);
            net.udp.onPacket(answer, net.nowNs);
            net.udp.flush();
            net.timers.poll(net.nowNs);
        });
        assertTrue(net.sockets.countedBytes > 0 && net.guest.countedBytes > 0);
        assertEquals(0, allocated);
    }

    @Test
    void shouldNotAllocatePerRefusal() {
        net.mapping(5000, UdpFixture.REMOTE, 7);
        net.sockets.failingAddress = UdpFixture.REMOTE;
        net.sockets.failingErrno = 113;
        final IngressPacket failing = net.sender.udp(5000, UdpFixture.REMOTE, 7, new byte[100]);
        final IngressPacket denied = new GuestSender().udp(5000, UdpFixture.LOOPBACK, 7, new byte[100]);
        final IngressPacket refused = new GuestSender().udp(5000, UdpFixture.NAME_SERVER, 7, new byte[100]);
        final FakeDatagram socket = net.sockets.opened.getFirst();
        final long allocated = allocatedBy(() -> {
            net.udp.onPacket(failing, net.nowNs);
            net.udp.onPacket(denied, net.nowNs);
            net.udp.onPacket(refused, net.nowNs);
            net.udp.flush();
            socket.error(3, 3, 0, UdpFixture.OTHER, 7, UdpFixture.OTHER);
            net.nowNs += 10_000_000;
        });
        assertTrue(net.guest.countedBytes > 0);
        assertEquals(0, allocated);
    }
}
