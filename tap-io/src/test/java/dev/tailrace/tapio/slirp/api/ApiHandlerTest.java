package dev.tailrace.tapio.slirp.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiHandlerTest {
    private static final VirtualNetwork NETWORK = new VirtualNetwork(0x0a000200, 24, 1500, 0, true, true);

    private static final VirtualNetwork NETWORK6 =
            new VirtualNetwork(0x0a000200, 24, 1500, 0, true, true, Ipv6Network.DEFAULT);

    private final FakeForwards forwards = new FakeForwards();
    private final List<String> log = new ArrayList<>();
    private final ApiHandler handler = new ApiHandler(forwards, NETWORK, log::add);

    @Test
    void shouldAddWithDefaults() {
        assertEquals("{\"return\":{\"id\":1}}", add("\"proto\":\"tcp\",\"host_port\":8080,\"guest_port\":80"));
        assertEquals(
                "1 TCP 0.0.0.0:8080 -> 10.0.2.100:80",
                forwards.list().getFirst().toString());
    }

    @Test
    void shouldAddWithAddresses() {
        assertEquals(
                "{\"return\":{\"id\":1}}",
                add("\"proto\":\"udp\",\"host_addr\":\"127.0.0.1\",\"host_port\":65535,\"guest_addr\":\"10.0.2.77\","
                        + "\"guest_port\":1"));
        assertEquals(
                "1 UDP 127.0.0.1:65535 -> 10.0.2.77:1",
                forwards.list().getFirst().toString());
    }

    @Test
    void shouldTakeIpv6AddressesOfTheHostForAGuestWithIpv4() {
        add("\"proto\":\"tcp\",\"host_addr\":\"::1\",\"host_port\":8080,\"guest_port\":80");
        assertEquals(
                "1 TCP ::1:8080 -> 10.0.2.100:80", forwards.list().getFirst().toString());
        final String list = handler.handle("{\"execute\":\"list_hostfwd\"}");
        assertTrue(list.contains("\"host_addr\":\"::1\",\"host_port\":8080,\"guest_addr\":\"10.0.2.100\""), list);
    }

    @Test
    void shouldForwardToAnIpv6AddressOfTheGuest() {
        addTo6("\"proto\":\"tcp\",\"host_port\":80,\"guest_addr\":\"fd00::99\",\"guest_port\":81");
        addTo6("\"proto\":\"udp\",\"host_addr\":\"0.0.0.0\",\"host_port\":80,\"guest_addr\":\"fd00:0::99\","
                + "\"guest_port\":81");
        addTo6("\"proto\":\"udp\",\"host_addr\":\"2001:DB8::1\",\"host_port\":80,\"guest_port\":81");
        assertEquals(
                List.of(
                        "1 TCP :::80 -> fd00::99:81",
                        "2 UDP 0.0.0.0:80 -> fd00::99:81",
                        "3 UDP 2001:db8::1:80 -> 10.0.2.100:81"),
                forwards.list().stream().map(Object::toString).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::1", "ff02::1", "fd00::99%tap0"})
    void shouldRefuseWhatIsNoHostsAddressInTheGuest(final String address) {
        assertEquals(
                "{\"error\":{\"desc\":\"bad request: add_hostfwd: bad arguments.guest_addr\"}}",
                addTo6("\"proto\":\"tcp\",\"host_port\":1,\"guest_port\":1,\"guest_addr\":\"" + address + "\""));
    }

    @Test
    void shouldTakeEmptyAddressesForDefaults() {
        add("\"proto\":\"tcp\",\"host_addr\":\"\",\"host_port\":8080,\"guest_addr\":\"\",\"guest_port\":80");
        assertEquals(
                "1 TCP 0.0.0.0:8080 -> 10.0.2.100:80",
                forwards.list().getFirst().toString());
    }

    @Test
    void shouldListInBothForms() {
        assertEquals("{\"return\":{\"entries\":[]},\"entries\":[]}", handler.handle("{\"execute\":\"list_hostfwd\"}"));
        add("\"proto\":\"tcp\",\"host_port\":8080,\"guest_port\":80");
        add("\"proto\":\"udp\",\"host_port\":8080,\"guest_port\":80");
        final String entries = "[{\"id\":1,\"proto\":\"tcp\",\"host_addr\":\"0.0.0.0\",\"host_port\":8080,"
                + "\"guest_addr\":\"10.0.2.100\",\"guest_port\":80},"
                + "{\"id\":2,\"proto\":\"udp\",\"host_addr\":\"0.0.0.0\",\"host_port\":8080,"
                + "\"guest_addr\":\"10.0.2.100\",\"guest_port\":80}]";
        assertEquals(
                "{\"return\":{\"entries\":" + entries + "},\"entries\":" + entries + "}",
                handler.handle("{\"execute\":\"list_hostfwd\",\"arguments\":null}"));
    }

    @Test
    void shouldRemoveOnceOnly() {
        add("\"proto\":\"tcp\",\"host_port\":8080,\"guest_port\":80");
        final String request = "{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":1}}";
        assertEquals("{\"return\":{}}", handler.handle(request));
        assertError("remove_hostfwd: bad arguments.id", request);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "\"1\"", "null", "4294967297", "1e300", "{}"})
    void shouldRefuseAWrongId(final String id) {
        add("\"proto\":\"tcp\",\"host_port\":8080,\"guest_port\":80");
        assertError(
                "remove_hostfwd: bad arguments.id",
                "{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":" + id + "}}");
        assertError("remove_hostfwd: bad arguments.id", "{\"execute\":\"remove_hostfwd\"}");
    }

    @Test
    void shouldAnswerABindFailureAndLogItsReason() {
        forwards.failure = new HostException("bind 0.0.0.0:8080: EADDRINUSE", HostErrno.EADDRINUSE);
        assertEquals(
                "{\"error\":{\"desc\":\"bad request: add_hostfwd: slirp_add_hostfwd failed\"}}",
                add("\"proto\":\"tcp\",\"host_port\":8080,\"guest_port\":80"));
        assertEquals(List.of("add_hostfwd: bind 0.0.0.0:8080: EADDRINUSE"), log);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                "proto > \"host_port\":1,\"guest_port\":1",
                "proto > \"proto\":\"sctp\",\"host_port\":1,\"guest_port\":1",
                "proto > \"proto\":\"TCP\",\"host_port\":1,\"guest_port\":1",
                "proto > \"proto\":6,\"host_port\":1,\"guest_port\":1",
                "host_addr > \"proto\":\"tcp\",\"host_addr\":\"fe80::1%eth0\",\"host_port\":0,\"guest_port\":1",
                "host_addr > \"proto\":\"tcp\",\"host_addr\":\"[::1]\",\"host_port\":1,\"guest_port\":1",
                "host_addr > \"proto\":\"tcp\",\"host_addr\":5,\"host_port\":1,\"guest_port\":1",
                "host_port > \"proto\":\"tcp\",\"guest_port\":1",
                "host_port > \"proto\":\"tcp\",\"host_port\":0,\"guest_port\":1",
                "host_port > \"proto\":\"tcp\",\"host_port\":65536,\"guest_port\":1",
                "host_port > \"proto\":\"tcp\",\"host_port\":-1,\"guest_port\":1",
                "host_port > \"proto\":\"tcp\",\"host_port\":\"80\",\"guest_port\":1",
                "host_port > \"proto\":\"tcp\",\"host_port\":80.5,\"guest_port\":1",
                "guest_addr > \"proto\":\"tcp\",\"host_port\":1,\"guest_addr\":\"10.0.2\",\"guest_port\":1",
                "guest_addr > \"proto\":\"tcp\",\"host_port\":1,\"guest_addr\":\"fd00::99\",\"guest_port\":1",
                "guest_port > \"proto\":\"tcp\",\"host_port\":1,\"guest_port\":65536",
                "guest_port > \"proto\":\"tcp\",\"host_port\":1",
            })
    void shouldRefuseWrongArguments(final String name, final String arguments) {
        assertEquals("{\"error\":{\"desc\":\"bad request: add_hostfwd: bad arguments." + name + "\"}}", add(arguments));
        assertTrue(forwards.list().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                "cannot parse JSON > nope",
                "cannot parse JSON > {",
                "cannot parse JSON > {\"execute\":\"list_hostfwd\",}",
                "cannot parse JSON > /*c*/{\"execute\":\"list_hostfwd\"}",
                "cannot parse JSON > {\"execute\":\"list_hostfwd\"} x",
                "cannot parse JSON > {'execute':'list_hostfwd'}",
                "json_object() failed > []",
                "json_object() failed > 5",
                "json_object() failed > null",
                "no execute found > {}",
                "no execute found > {\"execute\":5}",
                "unknown execute > {\"execute\":\"xx\"}",
                "unknown execute > {\"execute\":\"\"}",
            })
    void shouldRefuseWhatIsNoRequest(final String reason, final String request) {
        assertError(reason, request);
    }

    @Test
    void shouldRefuseNothingAtAll() {
        assertError("cannot parse JSON", "");
    }

    private String add(final String arguments) {
        return handler.handle("{\"execute\":\"add_hostfwd\",\"arguments\":{" + arguments + "}}");
    }

    private String addTo6(final String arguments) {
        return new ApiHandler(forwards, NETWORK6, log::add)
                .handle("{\"execute\":\"add_hostfwd\",\"arguments\":{" + arguments + "}}");
    }

    private void assertError(final String reason, final String request) {
        assertEquals("{\"error\":{\"desc\":\"bad request: " + reason + "\"}}", handler.handle(request));
    }
}
