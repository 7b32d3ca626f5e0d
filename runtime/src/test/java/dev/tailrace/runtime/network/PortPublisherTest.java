package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.stack.ClientTaker;
import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.stack.PortForwards;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.runtime.network.PortBinding.Protocol;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortPublisherTest {
    private static final int EAFNOSUPPORT = 97;
    private static final IpLiteral IPV4 = IpLiteral.parse("172.17.0.2");
    private static final IpLiteral IPV6 = IpLiteral.parse("fd00::2");

    private final Forwards forwards = new Forwards();

    private PortPublisher.Published publish(final PortBinding... ports) {
        return new PortPublisher(forwards, IPV4, IPV6, null).publish(List.of(ports));
    }

    private static PortBinding tcp(final String hostAddress, final int hostPort, final int containerPort) {
        return new PortBinding(Protocol.TCP, containerPort, hostAddress, hostPort);
    }

    private String failure(final PortBinding... ports) {
        final String message =
                assertThrows(NetworkException.class, () -> publish(ports)).getMessage();
        assertEquals(List.of(), forwards.list(), "what stays of a failure");
        return message;
    }

    @Test
    void shouldBindBothFamilies() {
        assertEquals(List.of(tcp("", 8080, 80)), publish(tcp("", 8080, 80)).ports());
        assertEquals(List.of("1 TCP 0.0.0.0:8080 -> 172.17.0.2:80", "2 TCP :::8080 -> fd00::2:80"), forwards.texts());
        assertEquals(Map.of(1, "fd00::2", 2, "172.17.0.2"), forwards.fallbacks, "where to ask in the other family");
    }

    @Test
    void shouldBindTheAddressAsked() {
        publish(tcp("127.0.0.1", 8080, 80), new PortBinding(Protocol.UDP, 53, "::1", 5353));
        assertEquals(
                List.of("1 TCP 127.0.0.1:8080 -> 172.17.0.2:80", "2 UDP ::1:5353 -> fd00::2:53"), forwards.texts());
    }

    @Test
    void shouldDoWithoutIpv6WhereTheHostHasNone() {
        for (final int errno : new int[] {EAFNOSUPPORT, HostErrno.EADDRNOTAVAIL}) {
            forwards.refusals.put(":::8080", errno);
            final PortPublisher.Published made = publish(tcp("", 8080, 80));
            assertEquals(1, made.ids().size());
            made.ids().forEach(forwards::remove);
        }
        new PortPublisher(forwards, IPV4, null, null).publish(List.of(tcp("", 8081, 80)));
        assertEquals(List.of("3 TCP 0.0.0.0:8081 -> 172.17.0.2:80"), forwards.texts());
    }

    /// A port that one family cannot have is none.
    @Test
    void shouldChooseAPortThatIsFreeOnAll() {
        forwards.refusals.put("0.0.0.0:32768", HostErrno.EADDRINUSE);
        forwards.refusals.put(":::32769", HostErrno.EADDRINUSE);
        assertEquals(
                List.of(tcp("", 32_770, 80), tcp("", 32_771, 80)),
                publish(tcp("", 0, 80), tcp("", 0, 80)).ports());
        assertEquals(4, forwards.list().size());
    }

    @Test
    void shouldWordFailuresAndTakeBackTheRest() {
        forwards.refusals.put("0.0.0.0:8081", HostErrno.EADDRINUSE);
        forwards.refusals.put("0.0.0.0:80", HostErrno.EACCES);
        forwards.refusals.put("10.9.9.9:8082", HostErrno.EADDRNOTAVAIL);
        forwards.refusals.put("0.0.0.0:8083", HostErrno.EMFILE);
        assertEquals(
                "Bind for 0.0.0.0:8081 failed: port is already allocated",
                failure(tcp("", 8080, 80), tcp("", 8081, 80)));
        assertEquals(
                "Bind for 0.0.0.0:80 failed: cannot expose privileged port 80: choose one from 1024 on, or have root run"
                        + " sysctl -w net.ipv4.ip_unprivileged_port_start=80",
                failure(tcp("", 80, 80)));
        assertEquals(
                "Bind for 10.9.9.9:8082 failed: cannot assign requested address", failure(tcp("10.9.9.9", 8082, 80)));
        assertEquals("Bind for 0.0.0.0:8083 failed: refused", failure(tcp("", 8083, 80)));
        assertEquals("invalid IP address: localhost", failure(tcp("localhost", 8080, 80)));
        assertEquals("invalid port: 8080:0", failure(tcp("", 8080, 0)));
        assertEquals("invalid port: 65536:80", failure(tcp("", 65_536, 80)));
    }

    /// Binds what is not on the list of refusals, and each port once.
    private static final class Forwards implements PortForwards {
        private final Map<String, Integer> refusals = new HashMap<>();
        private final List<PortForward> list = new ArrayList<>();
        private final Map<Integer, String> fallbacks = new HashMap<>();
        private int lastId;

        @Override
        public int add(
                final PortForward.Protocol protocol,
                final long hostHi,
                final long hostLo,
                final int hostPort,
                final long guestHi,
                final long guestLo,
                final int guestPort) {
            final String place = IpAddress.format(hostHi, hostLo) + ":" + hostPort;
            if (refusals.containsKey(place)) {
                throw new HostException("refused", refusals.get(place));
            }
            if (list.stream()
                    .anyMatch(known -> known.hostPort() == hostPort
                            && known.hostLo() == hostLo
                            && known.hostHi() == hostHi
                            && known.protocol() == protocol)) {
                throw new HostException("taken", HostErrno.EADDRINUSE);
            }
            list.add(new PortForward(++lastId, protocol, hostHi, hostLo, hostPort, guestHi, guestLo, guestPort));
            return lastId;
        }

        @Override
        public void fallBackTo(final int id, final long guestHi, final long guestLo) {
            fallbacks.put(id, IpAddress.format(guestHi, guestLo));
        }

        @Override
        public void divertLoopback(final int id, final ClientTaker taker) {
            throw new UnsupportedOperationException("there is no relay");
        }

        @Override
        public boolean remove(final int id) {
            return list.removeIf(forward -> forward.id() == id);
        }

        @Override
        public List<PortForward> list() {
            return List.copyOf(list);
        }

        List<String> texts() {
            return list.stream().map(PortForward::toString).toList();
        }
    }
}
