package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names, by `dig` through the address at +3, which stands for the host's resolver.
class NameServiceIT extends KernelSuite {
    private static final int PORT = 53;
    private static final int TEXTS = 40;
    private static final String TEXT = "x".repeat(200);

    @BeforeEach
    void serveNames() throws IOException {
        if (Ports.hasTcp(internet(), PORT)) {
            return;
        }
        final Path resolvers = lab().directory().resolve("resolv.conf");
        Files.writeString(resolvers, "nameserver " + FAR + "\n");
        host().run("mount", "--bind", resolvers.toString(), "/etc/resolv.conf");
        final Path configuration = lab().directory().resolve("dnsmasq.conf");
        Files.writeString(
                configuration,
                """
                no-resolv
                no-hosts
                bind-interfaces
                listen-address=%s,%s
                address=/small.test/192.0.2.7
                """.formatted(FAR, Lab.FAR_ADDRESS6)
                        + IntStream.range(0, TEXTS)
                                .mapToObj(i -> "txt-record=large.test," + i + TEXT + "\n")
                                .collect(Collectors.joining()));
        final Path pid = lab().directory().resolve("dnsmasq.pid");
        serve(internet(), PORT, "dnsmasq", "--no-daemon", "--conf-file=" + configuration, "--pid-file=" + pid);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+notcp", "+tcp"})
    void shouldAnswer(final String transport) {
        assertEquals("192.0.2.7\n", dig(network(), transport, "A", "small.test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+bufsize=512", "+bufsize=4096", "+tcp"})
    void shouldAnswerAtLength(final String transport) {
        final String answer = dig(network(), transport, "TXT", "large.test");
        assertEquals(TEXTS, answer.lines().filter(line -> line.contains(TEXT)).count(), answer);
    }

    @Test
    void shouldFollowTheHostsResolvers() throws IOException {
        final Path resolvers = lab().directory().resolve("resolv.conf");
        Files.writeString(resolvers, "nameserver " + NEAR + "\n");
        final Program second = internet()
                .start(
                        "dnsmasq",
                        "--no-daemon",
                        "--no-resolv",
                        "--no-hosts",
                        "--conf-file=/dev/null",
                        "--bind-interfaces",
                        "--listen-address=" + NEAR,
                        "--address=/small.test/192.0.2.8",
                        "--pid-file=" + lab().directory().resolve("second.pid"));
        try {
            // The reference looks at the file again after a second.
            final Network network = newNetwork("-c");
            Await.until(
                    () -> "an answer of the other resolver " + second,
                    () -> dig(network, "+notcp", "A", "small.test").equals("192.0.2.8\n"));
        } finally {
            Files.writeString(resolvers, "nameserver " + FAR + "\n");
            second.close();
        }
    }

    @Test
    void shouldAskAResolverOfTheHostsLoopbackThatIsOtherwiseDenied() throws IOException {
        final Path resolvers = lab().directory().resolve("resolv.conf");
        Files.writeString(resolvers, "nameserver 127.0.0.53\n");
        final Program local = host().start(
                        "dnsmasq",
                        "--no-daemon",
                        "--no-resolv",
                        "--no-hosts",
                        "--conf-file=/dev/null",
                        "--bind-interfaces",
                        "--listen-address=127.0.0.53",
                        "--address=/small.test/192.0.2.9",
                        "--pid-file=" + lab().directory().resolve("local.pid"));
        try {
            Ports.awaitTcp(host(), PORT);
            final Network network = newNetwork("-c", "--disable-host-loopback");
            assertEquals("192.0.2.9\n", dig(network, "+notcp", "A", "small.test"));
            assertEquals("192.0.2.9\n", dig(network, "+tcp", "A", "small.test"));
        } finally {
            Files.writeString(resolvers, "nameserver " + FAR + "\n");
            local.close();
        }
    }

    /// The query's family and the resolver's are two things.
    @ParameterizedTest
    @ValueSource(strings = {FAR, Lab.FAR_ADDRESS6})
    void shouldAskTheHostsResolverWhateverItsFamily(final String resolver) throws IOException {
        assumeIpv6();
        final Path resolvers = lab().directory().resolve("resolv.conf");
        Files.writeString(resolvers, "nameserver " + resolver + "\n");
        try {
            final Network network = newNetwork("-c", "-6");
            network.address6();
            for (final String server : new String[] {Network.NAME_SERVER6, Network.NAME_SERVER}) {
                assertEquals("192.0.2.7\n", dig(network, server, "+notcp", "A", "small.test"));
                assertEquals("192.0.2.7\n", dig(network, server, "+tcp", "A", "small.test"));
            }
        } finally {
            Files.writeString(resolvers, "nameserver " + FAR + "\n");
        }
    }

    @Test
    void shouldNotAnswerWhenDisabled() {
        final Network network = newNetwork("-c", "--disable-dns");
        final Program dig =
                network.guest().start("dig", "@" + Network.NAME_SERVER, "+time=1", "+tries=1", "small.test");
        assertNotEquals(0, dig.awaitExit(), dig.toString());
    }

    private static String dig(final Network network, final String transport, final String type, final String name) {
        return dig(network, Network.NAME_SERVER, transport, type, name);
    }

    private static String dig(
            final Network network, final String server, final String transport, final String type, final String name) {
        return network.guest().run("dig", "@" + server, "+short", "+time=10", transport, type, name);
    }
}
