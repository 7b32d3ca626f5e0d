package dev.tailrace.runtime.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.dns.LocalNames;
import dev.tailrace.netstack.wire.IpLiteral;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two networks, `front` and `Back`: `web` is in the first, `db` in the second, `app` in both.
final class NameDirectoryTest {
    private final NameDirectory directory = new NameDirectory();

    private static IpLiteral address(final String text) {
        return Objects.requireNonNull(IpLiteral.parse(text));
    }

    private static NameDirectory.Member member(
            final String container, final String network, final String address, final String... names) {
        return new NameDirectory.Member(
                container, network + "-id", network, List.of(address(address)), List.of(names), Map.of(), true);
    }

    private List<String> find(final String network, final String client, final String name) {
        final IpLiteral from = address(client);
        final LocalNames.Records records = directory.of(network + "-id").find(from.hi(), from.lo(), name);
        if (records == null) {
            return List.of("unknown");
        }
        return records.names().isEmpty()
                ? records.addresses().stream().map(IpLiteral::toString).toList()
                : records.names();
    }

    @BeforeEach
    void fill() {
        directory.add(member("w", "front", "172.18.0.2", "web", "www", "0123456789ab"));
        directory.add(member("a", "front", "172.18.0.3", "app"));
        directory.add(member("a", "Back", "172.19.0.3", "app", "Service"));
        directory.add(member("d", "Back", "172.19.0.4", "db", "service"));
    }

    @Test
    void shouldFindNamesAliasesAndIdsOfTheNetworksOfWhoAsks() {
        assertEquals(List.of("172.18.0.2"), find("front", "172.18.0.3", "web"));
        assertEquals(List.of("172.18.0.2"), find("front", "172.18.0.3", "www"));
        assertEquals(List.of("172.18.0.2"), find("front", "172.18.0.3", "0123456789ab"));
        assertEquals(List.of("172.19.0.4"), find("front", "172.18.0.3", "db"), "by the other network's server");
        assertEquals(List.of("172.18.0.2"), find("Back", "172.19.0.3", "web"));
        assertEquals(List.of("unknown"), find("front", "172.18.0.2", "db"), "a network that it is not in");
        assertEquals(List.of("unknown"), find("front", "172.18.0.9", "web"), "nobody asks from there");
        assertEquals(List.of("172.19.0.3", "172.19.0.4"), find("Back", "172.19.0.4", "service"));
    }

    @Test
    void shouldTakeTheNameOfTheNetworkBehindAName() {
        assertEquals(List.of("172.19.0.3"), find("front", "172.18.0.3", "app.back"));
        assertEquals(List.of("172.18.0.3"), find("front", "172.18.0.3", "app.front"));
        assertEquals(List.of("unknown"), find("front", "172.18.0.2", "app.back"));
    }

    @Test
    void shouldFindNamesOfAddresses() {
        assertEquals(List.of("web.front"), find("front", "172.18.0.3", "2.0.18.172.in-addr.arpa"));
        assertEquals(List.of("db.Back"), find("front", "172.18.0.3", "4.0.19.172.in-addr.arpa"));
        assertEquals(List.of("unknown"), find("front", "172.18.0.2", "4.0.19.172.in-addr.arpa"));
        directory.add(new NameDirectory.Member(
                "six", "front-id", "front", List.of(address("fd00:0:0:1::242")), List.of("six"), Map.of(), true));
        assertEquals(
                List.of("six.front"),
                find(
                        "front",
                        "172.18.0.3",
                        "2.4.2.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa"));
        directory.add(member("odd", "front", "172.18.0.9", "a..b"));
        assertEquals(List.of("unknown"), find("front", "172.18.0.3", "9.0.18.172.in-addr.arpa"), "no name of DNS");
    }

    @Test
    void shouldForgetAndRename() {
        directory.rename("w", "front-id", List.of("renamed"));
        assertEquals(List.of("unknown"), find("front", "172.18.0.3", "web"));
        assertEquals(List.of("172.18.0.2"), find("front", "172.18.0.3", "renamed"));
        directory.remove("d", "Back-id");
        assertEquals(List.of("172.19.0.3"), find("Back", "172.19.0.3", "service"), "the other one is left");
        directory.remove("w", "front-id");
        assertEquals(List.of("unknown"), find("front", "172.18.0.3", "renamed"));
        assertEquals(List.of("unknown"), find("front", "172.18.0.2", "app"), "its address is nobody's");
        directory.remove("w", "front-id");
    }

    @Test
    void shouldKnowLinksOfOneContainerAlone() {
        directory.add(new NameDirectory.Member(
                "l", "front-id", "front", List.of(address("172.18.0.7")), List.of("l"), Map.of("page", "w"), true));
        assertEquals(List.of("172.18.0.2"), find("front", "172.18.0.7", "page"));
        assertEquals(List.of("unknown"), find("front", "172.18.0.3", "page"));
    }

    @Test
    void shouldSendOnlyThoseFurtherWhoHaveAWayOut() {
        directory.add(new NameDirectory.Member(
                "i", "inner-id", "inner", List.of(address("10.0.0.2")), List.of("i"), Map.of(), false));
        final LocalNames inner = directory.of("inner-id");
        final IpLiteral client = address("10.0.0.2");
        assertFalse(inner.isForwarded(client.hi(), client.lo()));
        assertNotNull(inner.find(client.hi(), client.lo(), "i"));
        // On the default network, too, which has no names.
        directory.add(
                new NameDirectory.Member("i", "bridge", "", List.of(address("172.17.0.2")), List.of(), Map.of(), true));
        assertTrue(inner.isForwarded(client.hi(), client.lo()));
        assertNull(inner.find(client.hi(), client.lo(), "web"));
        final IpLiteral stranger = address("10.0.0.3");
        assertFalse(inner.isForwarded(stranger.hi(), stranger.lo()));
    }
}
