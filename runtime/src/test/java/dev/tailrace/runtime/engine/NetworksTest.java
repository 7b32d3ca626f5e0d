package dev.tailrace.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.HostConfig.RestartPolicy;
import dev.tailrace.runtime.fake.FakeEngine;
import dev.tailrace.runtime.network.Membership;
import dev.tailrace.runtime.network.SubnetPlanner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class NetworksTest {
    @TempDir
    private Path directory;

    private final List<String> damages = new ArrayList<>();
    private FakeEngine fake;
    private Engine engine;

    @BeforeEach
    void open() {
        fake = new FakeEngine(directory);
        engine = fake.engine;
    }

    @AfterEach
    void close() {
        fake.close();
        assertEquals(0, fake.network.open(), "sandboxes left");
        assertEquals(Map.of(), fake.network.names(), "names left");
    }

    private static NetworkRequest request(final String name, final String driver, final Map<String, String> options) {
        return new NetworkRequest(
                name,
                driver,
                "",
                List.of(new SubnetPlanner.Wish("10.5.0.0/24", "10.5.0.254", "10.5.0.128/25", List.of("10.5.0.200"))),
                true,
                true,
                true,
                options,
                Map.of("k", "v"));
    }

    private UserNetwork make(final String name) {
        return engine.networks()
                .create(new NetworkRequest(
                        name, "bridge", "default", List.of(), false, false, false, Map.of(), Map.of()));
    }

    private Container start(final String name, final String network, final Map<String, Membership> networks) {
        final HostConfig host = Requests.host(network, List.of(), new RestartPolicy("no", 0), false, List.of());
        final Container container = engine.create(
                        new CreateRequest(name, "", Requests.config(false, List.of("sleep", "1000")), host, networks))
                .container();
        engine.start(container);
        return container;
    }

    private static Membership alias(final String... aliases) {
        return new Membership(Optional.empty(), Optional.empty(), Optional.empty(), List.of(aliases), Map.of(), 0);
    }

    private static String refused(final Kind kind, final Executable refused) {
        final EngineException e = assertThrows(EngineException.class, refused);
        assertEquals(kind, e.kind(), e.getMessage());
        return String.valueOf(e.getMessage());
    }

    private List<String> names(final Container container, final UserNetwork network) {
        return fake.network.names().get(container.id()).getOrDefault(network.id(), List.of());
    }

    @Test
    void shouldKeepNetworksOverARestart() throws Exception {
        final UserNetwork made =
                engine.networks().create(request("mine", "", Map.of("com.docker.network.driver.mtu", "9000")));
        final UserNetwork other = make("other");
        assertEquals(9000, made.spec().mtu());
        try (FakeEngine next = new FakeEngine(directory)) {
            assertEquals(List.of(made, other), next.engine.networks().all());
            assertEquals(
                    "network with name mine already exists",
                    refused(Kind.CONFLICT, () -> next.engine.networks().create(request("mine", "", Map.of()))));
            next.engine.networks().remove("mine");
        }
        try (FakeEngine next = new FakeEngine(directory)) {
            assertEquals(List.of(other), next.engine.networks().all());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "{}", "[]", "{\"networks\":7}"})
    void shouldSetAsideADocumentThatIsDamaged(final String text) throws Exception {
        make("mine");
        final Path document = directory.resolve("networks/networks.json");
        Files.writeString(document, text);
        assertEquals(List.of(), read(document));
        assertEquals(text, Files.readString(directory.resolve("networks/damaged/1/networks.json")));
        assertEquals(1, damages.size(), damages::toString);
        final String line = damages.removeFirst();
        assertTrue(line.startsWith(document + " is damaged: networks of one's own are not known any more: "), line);
        assertTrue(line.endsWith("; it is kept as " + directory + "/networks/damaged/1/networks.json"), line);
        assertEquals(1, line.lines().count(), line);
        assertEquals(List.of(), read(document));
        assertEquals(List.of(), damages, "once");
    }

    @Test
    void shouldKeepTheNetworksOfADamagedDocumentThatCanBeRead() throws Exception {
        final UserNetwork first = make("first");
        final UserNetwork broken = make("broken");
        final UserNetwork last = make("last");
        final Path document = directory.resolve("networks/networks.json");
        final String whole = Files.readString(document);
        int number = 0;
        for (final String member : List.of("id", "name", "created", "mtu", "subnet", "range", "gateway")) {
            final JsonObject json = JsonParser.object().from(whole);
            json.getArray("networks").getObject(1).remove(member);
            Files.writeString(document, JsonWriter.string(json));
            assertEquals(List.of(first, last), read(document), member);
            number++;
            assertEquals(
                    JsonWriter.string(json),
                    Files.readString(directory.resolve("networks/damaged/" + number + "/networks.json")));
            final String line = damages.removeFirst();
            assertTrue(
                    line.contains(member.equals("name") ? broken.id() : "network broken ("),
                    () -> member + ": " + line);
            assertEquals(List.of(first, last), read(document));
            assertEquals(List.of(), damages, "once");
        }
    }

    private List<UserNetwork> read(final Path document) {
        return new NetworkStore(document.getParent(), _ -> {}, damages::add).read();
    }

    @Test
    void shouldFindByNameIdAndItsBeginning() {
        final UserNetwork made = make("mine");
        final UserNetwork confusing = make(made.id().substring(0, 12));
        assertEquals(made, engine.networks().get("mine"));
        assertEquals(made, engine.networks().get(made.id()));
        assertEquals(made, engine.networks().get(made.id().substring(0, 13)));
        assertEquals(confusing, engine.networks().get(made.id().substring(0, 12)), "a name goes before");
        assertEquals(
                "network no not found",
                refused(Kind.NOT_FOUND, () -> engine.networks().get("no")));
        assertEquals(
                "network  not found",
                refused(Kind.NOT_FOUND, () -> engine.networks().get("")));
    }

    @Test
    void shouldRefuseWhatItDoesNotHave() {
        assertTrue(refused(Kind.NOT_FOUND, () -> engine.networks().create(request("n", "macvlan", Map.of())))
                .startsWith("could not find plugin macvlan"));
        assertEquals(
                "operation is not permitted on predefined bridge network",
                refused(Kind.FORBIDDEN, () -> engine.networks().create(request("bridge", "", Map.of()))));
        assertTrue(refused(Kind.INVALID, () -> engine.networks().create(request("a/b", "", Map.of())))
                .startsWith("invalid network name"));
        for (final Map.Entry<String, String> option : Map.of(
                        "com.docker.network.bridge.enable_icc", "false",
                        "com.docker.network.bridge.host_binding_ipv4", "127.0.0.1")
                .entrySet()) {
            refused(
                    Kind.UNSUPPORTED,
                    () -> engine.networks().create(request("n", "", Map.of(option.getKey(), option.getValue()))));
        }
        assertEquals(
                "mtu 100 is not in 1280 to 65520",
                refused(
                        Kind.INVALID,
                        () -> engine.networks()
                                .create(request("n", "", Map.of("com.docker.network.driver.mtu", "100")))));
        assertEquals(List.of(), engine.networks().all());
    }

    @Test
    void shouldConnectAtTheStartAndLater() {
        final UserNetwork first = make("first");
        final UserNetwork second = make("second");
        final Container container = start("web", "first", Map.of("first", alias("www")));
        final String shortId = container.id().substring(0, 12);
        assertEquals(List.of("web", "www", shortId), names(container, first));
        engine.connect("second", container, alias("other"));
        assertEquals(List.of("web", "other", shortId), names(container, second));
        assertEquals(
                "endpoint with name web already exists in network second",
                refused(Kind.FORBIDDEN, () -> engine.connect(second.id(), container, Membership.PLAIN)));
        engine.rename(container, "renamed");
        assertEquals(List.of("renamed", "www", shortId), names(container, first));
        assertEquals(
                "error while removing network: network second has active endpoints (name:\"renamed\" id:\"" + shortId
                        + "\")",
                refused(Kind.FORBIDDEN, () -> engine.networks().remove("second")));
        engine.disconnect("second", container);
        assertEquals(List.of(), names(container, second));
        assertEquals(
                "container " + container.id() + " is not connected to network second",
                refused(Kind.FORBIDDEN, () -> engine.disconnect("second", container)));
        engine.networks().remove("second");
        assertEquals(List.of(second.id()), fake.network.removed());
        engine.kill(container, "");
        assertEquals(List.of("first"), engine.networks().prune(_ -> true));
        assertEquals(
                "network " + first.id() + " not found",
                refused(Kind.NOT_FOUND, () -> engine.start(container)),
                "it is gone for good");
        engine.disconnect(first.id(), container);
        engine.connect("bridge", container, Membership.PLAIN);
        engine.start(container);
        assertEquals(1, container.sandbox().orElseThrow().addresses().size());
    }

    @Test
    void shouldJoinSeveralNetworksAndTheDefaultOne() {
        make("first");
        make("second");
        final Container container =
                start("both", "default", Map.of("default", Membership.PLAIN, "second", Membership.PLAIN));
        engine.connect("first", container, Membership.PLAIN);
        assertEquals(
                List.of(
                        DefaultNetwork.BRIDGE.id(),
                        engine.networks().get("second").id(),
                        engine.networks().get("first").id()),
                List.copyOf(container.sandbox().orElseThrow().addresses().keySet()));
    }

    @Test
    void shouldRefuseWishesThatCannotBe() {
        make("mine");
        assertEquals("network no not found", refused(Kind.INVALID, () -> start("a1", "no", Map.of())));
        assertEquals(
                "network no not found",
                refused(Kind.INVALID, () -> start("a1", "mine", Map.of("no", Membership.PLAIN))));
        assertEquals(
                "network-scoped alias is supported only for containers in user defined networks",
                refused(Kind.INVALID, () -> start("a1", "default", Map.of("default", alias("x")))));
        final Membership fixed =
                new Membership(Optional.of("172.17.0.9"), Optional.empty(), Optional.empty(), List.of(), Map.of(), 0);
        assertEquals(
                "user specified IP address is supported on user defined networks only",
                refused(Kind.INVALID, () -> start("a1", "bridge", Map.of("bridge", fixed))));
        assertEquals(List.of(), engine.containers());
        final Container alone = start("a1", "none", Map.of());
        assertEquals(
                "container cannot be connected to multiple networks with one of the networks in private (none) mode",
                refused(Kind.INVALID, () -> engine.connect("mine", alone, Membership.PLAIN)));
        final Container shared = start("a2", "container:a1", Map.of());
        assertTrue(refused(Kind.INVALID, () -> engine.connect("mine", shared, Membership.PLAIN))
                .startsWith("container sharing network namespace with another container"));
        final Container plain = start("a3", "default", Map.of());
        assertEquals(
                "container cannot be disconnected from host network or connected to host network",
                refused(Kind.INVALID, () -> engine.connect("host", plain, Membership.PLAIN)));
    }
}
