package dev.tailrace.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.engine.HostConfig.PublishedPort;
import dev.tailrace.runtime.engine.HostConfig.RestartPolicy;
import dev.tailrace.runtime.image.ImageConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a request before anything is made.
final class RequestTest {
    private static final ImageConfig IMAGE = new ImageConfig(
            "web",
            List.of("PATH=/opt", "A=1", "B=2"),
            List.of("/entry"),
            List.of("default"),
            "/srv",
            List.of("80/tcp"),
            List.of(),
            Map.of("k", "image", "l", "image"),
            Optional.of("QUIT"));

    @Test
    void shouldTakeFromTheImageWhatIsNotSaid() {
        final ContainerConfig merged =
                RequestMerge.merge(Requests.config(false, List.of()), IMAGE, Requests.host(), "abc");
        assertEquals(List.of("/entry", "default"), SpecBuilder.arguments(merged));
        assertEquals("web", merged.user());
        assertEquals("/srv", merged.workingDirectory());
        assertEquals("abc", merged.hostname());
        assertEquals(List.of("80/tcp"), merged.exposedPorts());
        assertEquals(Optional.of("QUIT"), merged.stopSignal());
    }

    @Test
    void shouldGiveArgumentsToTheEntrypoint() {
        assertEquals(List.of("/entry", "x"), arguments(List.of("x"), Optional.empty()));
        assertEquals(List.of("/mine"), arguments(List.of(), Optional.of(List.of("/mine"))));
        assertEquals(List.of("/mine", "x"), arguments(List.of("x"), Optional.of(List.of("/mine"))));
        assertEquals(List.of("x"), arguments(List.of("x"), Optional.of(List.of(""))));
    }

    @Test
    void shouldRefuseAContainerWithoutACommand() {
        final EngineException e = assertThrows(
                EngineException.class,
                () -> RequestMerge.merge(Requests.config(false, List.of()), ImageConfig.EMPTY, Requests.host(), "abc"));
        assertEquals("no command specified", e.getMessage());
    }

    @Test
    void shouldMergeEnvironments() {
        assertEquals(
                List.of("PATH=/opt", "B=3", "C=4"),
                RequestMerge.environment(IMAGE.environment(), List.of("A", "B=3", "C=4")));
    }

    @ParameterizedTest
    @CsvSource({"TERM,15", "SIGTERM,15", "sigkill,9", "9,9", "HUP,1", "RTMIN+3,37", "SIGRTMAX-1,63", "64,64"})
    void shouldKnowSignals(final String text, final int number) {
        assertEquals(number, Signal.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "FOO", "0", "65", "-9", "RTMIN+99", "RTMIN3", "SIG"})
    void shouldRefuseWhatIsNoSignal(final String text) {
        assertEquals(
                "invalid signal: " + text,
                assertThrows(EngineException.class, () -> Signal.parse(text)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "-web", "we b", "w\u00e9b", ".x", "web/x"})
    void shouldRefuseBadNames(final String name) {
        assertEquals(
                "Invalid container name (" + name + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
                assertThrows(EngineException.class, () -> Validation.name(name)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name:/x:nocopy,rx|invalid volume specification: 'name:/x:nocopy,rx': invalid mode: rx",
                "/tmp:x|invalid volume specification: '/tmp:x': invalid mount path: 'x' mount path must be absolute",
                "/tmp:/|invalid volume specification: '/tmp:/': invalid specification: destination can't be '/'",
                "/tmp:/x:rx|invalid volume specification: '/tmp:/x:rx': invalid mode: rx",
                "/tmp|invalid volume specification: '/tmp'",
            })
    void shouldRefuseBadBinds(final String bind, final String message) {
        final HostConfig host = Requests.host("default", List.of(), new RestartPolicy("", 0), false, List.of(bind));
        assertEquals(
                message,
                assertThrows(EngineException.class, () -> MountPlan.bound(host)).getMessage());
    }

    @Test
    void shouldRefuseTwoMountsInOnePlace() {
        final HostConfig host =
                Requests.host("default", List.of(), new RestartPolicy("", 0), false, List.of("/tmp:/x", "/usr:/x/"));
        assertEquals(
                "Duplicate mount point: /x",
                assertThrows(EngineException.class, () -> MountPlan.bound(host)).getMessage());
    }

    @Test
    void shouldReadBinds() {
        final HostConfig host = Requests.host(
                "default", List.of(), new RestartPolicy("", 0), false, List.of("/tmp:/a/b:ro,Z", "/usr:/c"));
        assertEquals(
                List.of(new Container.BoundMount("/tmp", "/a/b", true), new Container.BoundMount("/usr", "/c", false)),
                MountPlan.bound(host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "80/sctp", "0", "70000", "80/"})
    void shouldRefuseBadPorts(final String port) {
        assertThrows(EngineException.class, () -> PortPlan.canonical(port));
    }

    @Test
    void shouldPublishWhatIsAskedFor() {
        final HostConfig host = Requests.host(
                "default",
                List.of(new PublishedPort("53/udp", "127.0.0.1", "5353"), new PublishedPort("80", "", "")),
                new RestartPolicy("", 0),
                false,
                List.of());
        assertEquals(
                "[PortBinding[protocol=UDP, containerPort=53, hostAddress=127.0.0.1, hostPort=5353],"
                        + " PortBinding[protocol=TCP, containerPort=80, hostAddress=, hostPort=0]]",
                PortPlan.bindings(host, List.of()).toString());
    }

    @ParameterizedTest
    @CsvSource({"maybe,0", "always,3"})
    void shouldRefuseBadRestartPolicies(final String name, final int retries) {
        final HostConfig host = Requests.host("default", List.of(), new RestartPolicy(name, retries), false, List.of());
        assertThrows(EngineException.class, () -> Validation.request(Requests.with(host, "true")));
    }

    @Test
    void shouldMakeNamesThatNobodyHas() {
        final NameGenerator names = new NameGenerator(new Random(7));
        final Set<String> taken = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            final String name = names.next(taken::contains);
            Validation.name(name);
            assertTrue(taken.add(name));
        }
    }

    @Test
    void shouldAllowEachStateItsSuccessorsOnly() {
        assertTrue(ContainerState.CREATED.canBecome(ContainerState.RUNNING));
        assertTrue(ContainerState.PAUSED.canBecome(ContainerState.EXITED));
        for (final ContainerState next : ContainerState.values()) {
            assertEquals(false, ContainerState.REMOVING.canBecome(next));
            assertEquals(false, next.canBecome(ContainerState.CREATED));
        }
        assertEquals(false, ContainerState.RUNNING.canBecome(ContainerState.REMOVING));
    }

    private static List<String> arguments(final List<String> command, final Optional<List<String>> entrypoint) {
        final ContainerConfig plain = Requests.config(false, command);
        final ContainerConfig request = new ContainerConfig(
                plain.hostname(),
                "",
                "",
                false,
                false,
                false,
                List.of(),
                false,
                false,
                false,
                List.of(),
                command,
                entrypoint,
                "busybox",
                List.of(),
                "",
                Map.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty());
        return SpecBuilder.arguments(RequestMerge.merge(request, IMAGE, Requests.host(), "abc"));
    }
}
