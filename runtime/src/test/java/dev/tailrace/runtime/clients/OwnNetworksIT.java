package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Networks of the user's own, with docker's client, as an ordinary user.
final class OwnNetworksIT {
    private static KilledDaemon host;
    private static Traces before;
    private static EngineUser user;

    @BeforeAll
    static void start() {
        host = KilledDaemon.forClient();
        before = Traces.of(host.machine());
        host.start();
        host.importImage("busybox");
        user = host.user();
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.endLeaving(before);
        }
    }

    @AfterEach
    void removeAll() {
        user.removeAll();
    }

    /// Starts a container that answers each client with its name and the client's address, at port 80.
    private static void serve(final String name, final String options) {
        user.docker(
                "run -d --name " + name + " " + options + " busybox socat TCP6-LISTEN:80,fork,reuseaddr,ipv6only=0",
                "SYSTEM:echo " + name + " $SOCAT_PEERADDR");
        Await.until(
                () -> "a listener in " + name,
                () -> user.exec(name, "cat /proc/net/tcp6").contains(":0050 "));
    }

    private static String ask(final String from, final String server) {
        return user.exec(from, "socat -t5 -u TCP:" + server + ":80,connect-timeout=5 -");
    }

    private static String lookUp(final String from, final String name) {
        return user.exec(from, "nslookup " + name);
    }

    /// As a server for both families shows the address of an IPv4 client.
    private static String mapped(final String ipv4) {
        final String[] octets = ipv4.split("\\.");
        return String.format(
                "[0000:0000:0000:0000:0000:ffff:%02x%02x:%02x%02x]",
                Integer.parseInt(octets[0]),
                Integer.parseInt(octets[1]),
                Integer.parseInt(octets[2]),
                Integer.parseInt(octets[3]));
    }

    /// A container's place in a network, as `inspect` shows it.
    private static JsonObject place(final String container, final String network) {
        return user.inspect(container)
                .getObject("NetworkSettings")
                .getObject("Networks")
                .getObject(network);
    }

    private static String address(final String container, final String network) {
        return place(container, network).getString("IPAddress");
    }

    @Test
    void shouldFindEachOtherByNameAliasAndId() {
        user.docker("network create front");
        serve("web", "--network front --network-alias www --network-alias Service");
        user.docker("run -d --name client --network front --hostname asking busybox sleep 1000");
        final String address = address("web", "front");
        assertTrue(address.matches("172\\.(18|19|2[0-9]|30|31)\\.0\\.2"), address);
        final String id = user.inspect("web").getString("Id").substring(0, 12);
        for (final String name : List.of("web", "www", "SERVICE", id, "web.front")) {
            assertTrue(ask("client", name).startsWith("web "), name);
        }
        assertTrue(lookUp("client", "web").contains("Address: " + address), "the name server's answer");
        assertTrue(user.exec("client", "nslookup " + address).contains("name = web.front"));
        assertTrue(lookUp("client", Internet.NAME).contains(Internet.ADDRESS), "other names are the host's resolver's");
        final String script = "cat /etc/resolv.conf; nslookup www; nslookup " + Internet.NAME;
        final String both =
                user.docker("run --rm --network front --dns " + Internet.NAME_SERVER + " busybox sh -c", script);
        assertTrue(both.contains("Address: " + address) && both.contains("Address: " + Internet.ADDRESS), both);
        assertTrue(both.contains("options ndots:0"), both);
        assertTrue(user.exec("client", "cat /etc/hosts").contains("\tasking"));
        user.docker("rename web other");
        assertTrue(ask("client", "other").startsWith("web "));
        assertTrue(user.exec("client", "sh -c", "nslookup web || echo none").contains("none"));
        user.docker("restart -t 0 other");
        Await.until(
                () -> "the server again",
                () -> user.exec("client", "sh -c", "socat -u TCP:www:80 - || echo none")
                        .startsWith("web "));
    }

    @Test
    void shouldKeepNetworksApart() {
        user.network("one");
        user.network("two");
        serve("first", "--network one");
        serve("second", "--network two");
        serve("plain", "");
        user.idle("both", "one");
        user.docker("network connect --alias mine two both");
        assertTrue(ask("both", "first").startsWith("first "));
        assertTrue(ask("both", "second").startsWith("second "), "both networks' names");
        assertTrue(ask("second", address("second", "two")).startsWith("second "));
        assertTrue(flows("one").contains(address("first", "one") + ":53000"), "the stack of one has seen it");
        assertFalse(flows("two").contains(":53000"), "that of two has not");
        assertFalse(flows("bridge").contains(":53000"), "nor that of the default network");
        final String first = address("first", "one");
        final String plain = address("plain", "bridge");
        for (final String other : List.of(first, plain)) {
            final String said = user.execFails("second", "socat -u TCP:" + other + ":80,connect-timeout=0.3 -");
            assertTrue(!said.isEmpty(), other);
        }
        assertTrue(
                user.execFails("plain", "socat -u TCP:first:80,connect-timeout=0.5 -")
                        .contains("first"),
                "no names there");
        assertTrue(lookUp("second", "mine").contains(address("both", "two")));
        user.docker("network disconnect two both");
        user.execFails("both", "socat -u TCP:second:80,connect-timeout=0.5 -");
        assertTrue(ask("both", "first").startsWith("first "), "the other network is as it was");
        assertEquals("1", user.exec("both", "sh -c", "ip -o link | grep -c eth"));
        assertEquals(
                "second ",
                user.docker("network inspect --format", "{{range .Containers}}{{.Name}} {{end}}", "two") + " ");
    }

    /// What the stack of a network carries, after a mapping from port 53000 was made on network `one`.
    private static String flows(final String network) {
        user.exec("first", "sh -c", "echo x | socat -u - UDP4:" + Internet.ADDRESS + ":9,sourceport=53000");
        final String flows = host.machine().run(EngineHost.tailrace(), "net", "flows", "--network", network);
        assertTrue(flows.lines().skip(1).allMatch(line -> line.endsWith("  " + network)), flows);
        return flows;
    }

    @Test
    void shouldPublishPortsAndMoveThemWithTheWayOut() {
        user.network("one");
        user.network("two");
        serve("web", "--network one -p 8080:80");
        user.plug("connect", "two", "web");
        assertEquals(
                "web " + mapped(Lab.NEAR_ADDRESS),
                host.machine().answerTo("TCP4:" + Lab.HOST_ADDRESS + ":8080").strip());
        assertEquals(
                "0.0.0.0:8080",
                user.docker("port web 80/tcp").lines().findFirst().orElse(""));
        user.plug("disconnect", "one", "web");
        assertTrue(host.machine().answerTo("TCP4:" + Lab.HOST_ADDRESS + ":8080").startsWith("web "), "by two");
        assertTrue(user.exec("web", "socat -t5 -u TCP4:" + Internet.ADDRESS + ":" + Internet.WHO_PORT + " -")
                .startsWith("internet "));
        user.plug("disconnect", "two", "web");
        assertTrue(host.machine().refuses("TCP4:" + Lab.HOST_ADDRESS + ":8080"));
        user.plug("connect", "bridge", "web");
        assertTrue(host.machine().answerTo("TCP4:" + Lab.HOST_ADDRESS + ":8080").startsWith("web "), "by the default");
        user.remove("/containers/web?force=1");
        assertTrue(host.machine().refuses("TCP4:" + Lab.HOST_ADDRESS + ":8080"));
    }

    /// The network that led out is gone, name and routes, before the other leads out and the next is plugged in.
    @Test
    void shouldLeadOutByTheOtherAtOnce() {
        user.network("one");
        user.network("two");
        user.idle("web", "one");
        for (int round = 0; round < 20; round++) {
            user.plug("connect", "two", "web");
            user.plug("disconnect", "one", "web");
            user.plug("connect", "one", "web");
            user.plug("disconnect", "two", "web");
        }
        assertEquals("1", user.exec("web", "sh -c", "ip route | grep -c default"));
        assertEquals("2", user.exec("web", "sh -c", "ls /sys/class/net | wc -l"));
    }

    @Test
    void shouldHaveTheAddressesThatAreAskedFor() {
        user.docker(
                "network create --subnet 10.77.0.0/24 --gateway 10.77.0.254 --ip-range 10.77.0.128/25 --label k=v chosen");
        assertEquals(
                "10.77.0.0/24 10.77.0.254 10.77.0.128/25",
                user.docker(
                        "network inspect --format",
                        "{{with index .IPAM.Config 0}}{{.Subnet}} {{.Gateway}} {{.IPRange}}{{end}}",
                        "chosen"));
        serve("fixed", "--network chosen --ip 10.77.0.7 --mac-address 02:42:00:00:00:99");
        user.idle("ranged", "chosen");
        assertEquals("10.77.0.128", address("ranged", "chosen"));
        assertEquals(
                "10.77.0.7 10.77.0.254 24 02:42:00:00:00:99",
                user.docker(
                        "inspect --format",
                        "{{with .NetworkSettings.Networks.chosen}}{{.IPAddress}} {{.Gateway}} {{.IPPrefixLen}}"
                                + " {{.MacAddress}}{{end}}",
                        "fixed"));
        assertEquals("fixed " + mapped("10.77.0.128"), ask("ranged", "fixed"));
        assertTrue(user.exec("ranged", "ip route").contains("default via 10.77.0.254"));
        assertTrue(user.exec("ranged", "socat -t5 -u TCP4:host.docker.internal:" + Internet.WHO_PORT + " -")
                .startsWith("host "));
        assertTrue(user.fails("run --rm --network chosen --ip 10.77.0.7 busybox true")
                .contains("Address already in use"));
        assertTrue(user.fails("run --rm --ip 172.17.0.9 busybox true")
                .contains("user specified IP address is supported on user defined networks only"));
        user.docker("restart -t 0 fixed");
        assertEquals("10.77.0.7", address("fixed", "chosen"));
        assertTrue(user.fails("network create --subnet 10.77.0.128/25 other").contains("Pool overlaps with other one"));
    }

    @Test
    void shouldLeadNowhereIfInternal() {
        user.docker("network create --internal inner");
        serve("web", "--network inner -p 8080:80");
        user.idle("client", "inner");
        assertTrue(ask("client", "web").startsWith("web "));
        assertTrue(host.machine().refuses("TCP4:" + Lab.HOST_ADDRESS + ":8080"));
        user.execFails(
                "client", "socat -u TCP4:" + Internet.ADDRESS + ":" + Internet.WHO_PORT + ",connect-timeout=0.5 -");
        user.execFails("client", "nslookup " + Internet.NAME);
        final String gateway = user.docker("network inspect --format", "{{(index .IPAM.Config 0).Gateway}}", "inner");
        user.execFails("client", "socat -u TCP4:" + gateway + ":" + Internet.WHO_PORT + ",connect-timeout=0.5 -");
        assertEquals("", user.exec("client", "sh -c", "ip route | grep default || true"));
        // One more network, and the container has a way out and all names.
        user.network("outer");
        user.plug("connect", "outer", "client");
        assertTrue(lookUp("client", Internet.NAME).contains(Internet.ADDRESS));
        assertTrue(ask("client", "web").startsWith("web "));
        assertTrue(user.exec("client", "socat -t5 -u TCP4:" + Internet.ADDRESS + ":" + Internet.WHO_PORT + " -")
                .startsWith("internet "));
    }

    @Test
    void shouldHaveIpv6() {
        user.docker("network create --ipv6 --subnet fd00:77::/64 six");
        serve("web", "--network six");
        user.docker("run -d --name client --network six --ip6 fd00:77::99 busybox sleep 1000");
        final String address = place("web", "six").getString("GlobalIPv6Address");
        assertTrue(address.startsWith("fd00:77::"), address);
        assertEquals(
                "web [fd00:0077:0000:0000:0000:0000:0000:0099]",
                user.exec("client", "socat -t5 -u TCP6:web:80,connect-timeout=5 -"));
        assertTrue(user.exec("client", "socat -t5 -u TCP6:[" + Internet.ADDRESS6 + "]:" + Internet.WHO_PORT + " -")
                .startsWith("internet "));
        assertTrue(user.docker("network inspect --format {{.EnableIPv6}} six").equals("true"));
    }

    /// Also at the second attempt: the first must not have freed what is another's.
    @Test
    void shouldRefuseAnIpv6AddressThatIsTaken() {
        user.docker("network create --ipv6 --subnet fd00:77::/64 six");
        user.docker("run -d --name first --network six --ip6 fd00:77::99 busybox sleep 1000");
        user.docker("run -d --name second --network bridge busybox sleep 1000");
        for (int attempt = 0; attempt < 2; attempt++) {
            final String told = user.fails("network connect --ip6 fd00:77::99 six second");
            assertTrue(told.contains("Address already in use"), told);
        }
        user.remove("/containers/first?force=1");
        Await.until(
                () -> "the address is free",
                () -> user.shell("docker network connect --ip6 fd00:77::99 six second 2>/dev/null || echo taken")
                        .isEmpty());
        assertEquals("fd00:77::99", place("second", "six").getString("GlobalIPv6Address"));
    }

    /// Somebody takes the port while the way out changes; once he is gone the next change gets it back.
    @Test
    void shouldPublishAgainAtTheNextChange() {
        user.network("one");
        user.network("two");
        serve("web", "--network one -p 8080:80");
        user.plug("connect", "two", "web");
        final Program taker =
                host.machine().startOnHost("socat", "TCP4-LISTEN:8080,reuseaddr,retry=100000,interval=0.0005", "PIPE");
        final String told = user.fails("network disconnect one web");
        assertTrue(told.contains("Bind for 0.0.0.0:8080 failed: port is already allocated"), told);
        assertEquals("1", user.exec("web", "sh -c", "ip route | grep -c default"));
        taker.close();
        user.docker("network connect one web");
        assertEquals("1", user.exec("web", "sh -c", "ip route | grep -c default"));
        assertTrue(host.machine().answerTo("TCP4:" + Lab.HOST_ADDRESS + ":8080").startsWith("web "));
    }

    @Test
    void shouldSayWhatDockerSays() {
        user.network("front");
        assertTrue(user.fails("network create front").contains("network with name front already exists"));
        assertTrue(user.fails("network rm bridge nosuch")
                .contains("bridge is a pre-defined network and cannot be removed"));
        assertTrue(user.fails("network create -d macvlan other").contains("could not find plugin macvlan"));
        assertTrue(user.fails("run --rm --network nosuch busybox true").contains("network nosuch not found"));
        user.idle("user", "front");
        final String used = user.fails("network rm front");
        assertTrue(used.contains("network front has active endpoints (name:\"user\" id:\""), used);
        assertEquals("user", user.docker("ps --format {{.Names}} --filter network=front"));
        assertEquals("front", user.docker("network ls --format {{.Name}} --filter type=custom"));
        user.remove("/containers/user?force=1");
        assertEquals("Deleted Networks:\nfront", user.docker("network prune -f"));
    }

    @Test
    void shouldSurviveTheDaemon() {
        user.docker("network create --subnet 10.77.0.0/24 --ipv6 --label k=v kept");
        user.docker("network create --internal inner");
        user.docker("volume create --label a=b data");
        serve("web", "--network kept --ip 10.77.0.9 --network-alias www --restart always -v data:/data -v /own");
        user.docker("network connect --alias second inner web");
        user.docker("run -d --rm -v /gone --network kept busybox sleep 1000");
        user.exec("web", "sh -c", "echo kept >/data/file; echo kept >/own/file");
        final JsonObject network = user.object("/networks/kept");
        final JsonObject volume = user.object("/volumes/data");
        assertEquals(3, user.volumes().size());
        host.kill();
        host.start();
        assertEquals(volume, user.object("/volumes/data"));
        assertEquals(2, user.volumes().size(), "what --rm made goes with it");
        Await.until(
                () -> "its start by its restart policy",
                () -> user.inspect("web").getObject("State").getBoolean("Running"));
        Await.until(
                () -> "the server again",
                () -> user.outcome("web", "socat -u TCP:www:80 -").out().startsWith("web "));
        final JsonObject again = user.object("/networks/kept");
        for (final String member : List.of("Id", "Created", "IPAM", "EnableIPv6", "Labels")) {
            assertEquals(network.get(member), again.get(member), member);
        }
        assertEquals("10.77.0.9", address("web", "kept"));
        assertTrue(user.exec("web", "nslookup second").contains("Address: " + address("web", "inner")));
        assertEquals("kept\nkept", user.exec("web", "cat /data/file /own/file"));
        user.docker("rm -f -v web");
        assertEquals(List.of("data"), user.volumes());
        user.docker("network rm kept inner");
        user.docker("volume rm data");
    }
}
