package dev.tailrace.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.engine.HostConfig.PublishedPort;
import dev.tailrace.runtime.engine.HostConfig.RestartPolicy;
import dev.tailrace.runtime.fake.FakeImages;
import dev.tailrace.runtime.fake.FakeNetwork;
import dev.tailrace.runtime.fake.FakeRoots;
import dev.tailrace.runtime.fake.FakeRuntime;
import dev.tailrace.runtime.log.LogQuery;
import dev.tailrace.runtime.log.LogReader;
import dev.tailrace.runtime.network.Membership;
import dev.tailrace.runtime.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What an engine finds of the one before it. One that was killed is one that nobody calls any more.
@Timeout(60)
final class RestoreTest {
    private static final Consumer<String> NOTHING = _ -> {};

    @TempDir
    private Path directory;

    private final FakeImages images = new FakeImages();
    private final List<Engine> engines = new ArrayList<>();
    private FakeRoots roots;

    /// Number of the engine that lives.
    private int living;

    /// The machine stops here.
    private static final class Crash extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @BeforeEach
    void makeImages() {
        images.add("busybox", FakeImages.running("sh"));
        roots = new FakeRoots(directory.resolve("roots"));
    }

    @AfterEach
    void endProcesses() {
        for (final Engine engine : engines) {
            engine.containers()
                    .forEach(container -> container.process().ifPresent(process -> {
                        container.wantStop(false);
                        process.signal(9);
                    }));
        }
        engines.getLast().close();
    }

    @Test
    void shouldKnowWhatWasAcknowledged() throws Exception {
        final Engine before = open();
        final Container made = before.create(Requests.named("first", "sh", "-c", "echo out; exit 3"))
                .container();
        final var exit = made.nextExit();
        before.start(made);
        assertEquals(3, exit.get(10, TimeUnit.SECONDS).code());
        before.rename(made, "second");
        final Container idle = before.create(Requests.with(
                        Requests.host(
                                "none",
                                List.of(new PublishedPort("80/tcp", "127.0.0.1", "8080")),
                                new RestartPolicy("on-failure", 4),
                                false,
                                List.of("/tmp:/mnt:ro")),
                        "true"))
                .container();
        final Engine after = open();
        assertEquals(
                List.of(made.id(), idle.id()),
                after.containers().stream().map(Container::id).toList());
        final Container found = after.container("second");
        for (final Container[] pair : new Container[][] {{made, found}, {idle, after.container(idle.id())}}) {
            assertEquals(pair[0].saved("").toString(), pair[1].saved("").toString());
        }
        assertEquals("out\n", log(found));
        after.start(found);
        found.notRunning().get(10, TimeUnit.SECONDS);
        assertEquals("out\nout\n", log(found));
        after.remove(found, false);
        after.remove(after.container(idle.id()), false);
        assertNothingLeft();
    }

    @Test
    void shouldKnowNetworksAndVolumes() {
        images.add("busybox", FakeImages.withVolumes(List.of("/anonymous"), "sleep", "100"));
        final Engine before = open();
        final UserNetwork mine = network(before, "mine");
        network(before, "left");
        final Membership wishes = new Membership(
                Optional.of("10.5.0.7"), Optional.empty(), Optional.empty(), List.of("www"), Map.of("x", "web"), 3);
        final Container made = before.create(new CreateRequest(
                        "web",
                        "",
                        Requests.config(false, List.of("sleep", "100")),
                        Requests.host("left", List.of(), new RestartPolicy("no", 0), false, List.of("data:/named:ro")),
                        Map.of()))
                .container();
        before.connect("mine", made, wishes);
        before.connect("bridge", made, Membership.PLAIN);
        before.disconnect("left", made);
        final Engine after = open();
        assertEquals(
                List.of(mine, after.networks().get("left")), after.networks().all());
        final Container found = after.container("web");
        assertEquals(made.saved(""), found.saved(""));
        assertEquals(
                List.of(mine.id(), DefaultNetwork.BRIDGE.id()),
                List.copyOf(found.memberships().all().keySet()));
        assertEquals(Optional.of(wishes), found.memberships().find(mine.id()));
        assertEquals(2, after.volumes().all().size());
        assertEquals(made.mounts(), found.mounts());
        after.start(found);
        assertEquals(
                List.of(mine.id(), DefaultNetwork.BRIDGE.id()),
                List.copyOf(found.sandbox().orElseThrow().addresses().keySet()));
        after.remove(found, true, true);
        assertEquals(
                List.of("data"),
                open().volumes().all().stream().map(Volume::name).toList());
    }

    @Test
    void shouldStartWithoutWhatIsDamaged() throws IOException {
        final Engine before = open();
        final UserNetwork mine = network(before, "mine");
        final Container onNetwork = before.create(Requests.with(
                        Requests.host("mine", List.of(), new RestartPolicy("always", 0), false, List.of()),
                        "sleep",
                        "100"))
                .container();
        final Container withVolume = before.create(Requests.with(
                        Requests.host(
                                "default", List.of(), new RestartPolicy("no", 0), false, List.of("data:/d", "good:/g")),
                        "sleep",
                        "100"))
                .container();
        final Container other = before.create(Requests.with(
                        Requests.host("default", List.of(), new RestartPolicy("no", 0), false, List.of("good:/g")),
                        "sleep",
                        "100"))
                .container();
        final Path state = directory.resolve("engine");
        Files.writeString(state.resolve("volumes/data/volume.json"), "{");
        Files.writeString(state.resolve("networks/networks.json"), "{");
        final Engine after = open();
        assertEquals(3, after.containers().size());
        assertEquals(
                "volume data of container " + withVolume.name() + " was damaged: what is left of it is in " + state
                        + "/volumes/.damaged/1/data",
                refusedStart(after, withVolume));
        assertEquals("network " + mine.id() + " not found", refusedStart(after, onNetwork));
        after.start(after.container(other.id()));
        assertEquals(
                ContainerState.RUNNING, after.container(other.id()).status().state());
        assertEquals(
                ContainerState.CREATED,
                after.container(withVolume.id()).status().state());
        // Both can be put right: a network that is gone is left, and a volume of that name made.
        after.disconnect(mine.id(), after.container(onNetwork.id()));
        after.start(after.container(onNetwork.id()));
        after.volumes().create("data", "", Map.of(), Map.of());
        after.start(after.container(withVolume.id()));
    }

    private static String refusedStart(final Engine engine, final Container container) {
        return String.valueOf(assertThrows(EngineException.class, () -> engine.start(engine.container(container.id())))
                .getMessage());
    }

    @Test
    void shouldPutOnTheDefaultNetworkWhatIsOlderThanTheOthers() throws IOException {
        final Container made = open().create(Requests.of("true")).container();
        final Path document = made.directory().resolve("container.json");
        final String text = Files.readString(document);
        final String older =
                text.substring(0, text.indexOf("\"networks\":[")) + text.substring(text.indexOf("\"status\":"));
        assertNotEquals(text, older);
        Files.writeString(document, older);
        assertEquals(
                made.memberships().all(),
                open().container(made.id()).memberships().all());
    }

    @Test
    void shouldEndWhatRanAndTellOfItAsKilled() throws IOException {
        final Container running = start(open(), "no", "sleep", "100");
        final Container found = open().container(running.id());
        assertEquals(ContainerState.EXITED, found.status().state());
        assertEquals(137, found.status().exitCode());
        assertEquals(0, found.status().pid());
        assertEquals(running.status().startedAt(), found.status().startedAt());
        assertFalse(ProcessHandle.of(running.status().pid())
                .map(ProcessHandle::isAlive)
                .orElse(false));
        assertEquals(found.saved(""), open().container(running.id()).saved(""), "it is killed once");
    }

    @Test
    void shouldKillNoOtherProcessOfThatNumber() {
        final Container running = start(open(), "no", "sleep", "100");
        assertTrue(LeftoverProcess.end(
                running.status().pid(), Clock.systemUTC().instant().minusSeconds(60)));
        assertTrue(ProcessHandle.of(running.status().pid()).orElseThrow().isAlive());
    }

    @Test
    void shouldStartAgainWhatItsPolicySays() throws Exception {
        final Engine before = open();
        final List<Container> running = new ArrayList<>();
        for (final String policy : List.of("no", "always", "unless-stopped", "on-failure")) {
            running.add(start(before, policy, "sleep", "100"));
        }
        final Container stopped = start(before, "unless-stopped", "sleep", "100");
        before.kill(stopped, "");
        final Container stoppedAlways = start(before, "always", "sleep", "100");
        before.kill(stoppedAlways, "");
        before.create(Requests.with(
                Requests.host("default", List.of(), new RestartPolicy("always", 0), false, List.of()), "true"));
        final List<String> expected =
                List.of(running.get(1).id(), running.get(2).id(), running.get(3).id(), stoppedAlways.id());
        assertRunAgain(expected, open());
        // An end in good order is no stop by a user.
        engines.getLast().close();
        assertRunAgain(expected, open());
    }

    @Test
    void shouldStartAgainOnFailureOnlyWhatFailedAndMayBeTriedAgain() throws Exception {
        final Engine before = open();
        final Container failed = start(before, new RestartPolicy("on-failure", 2), "sleep", "100");
        final Container tired = start(before, new RestartPolicy("on-failure", 1), "sh", "-c", "exit 3");
        tired.notRunning().get(20, TimeUnit.SECONDS);
        assertEquals(1, tired.status().restarts());
        final Container done = start(before, new RestartPolicy("on-failure", 0), "true");
        done.notRunning().get(20, TimeUnit.SECONDS);
        final Container stopped = start(before, new RestartPolicy("on-failure", 0), "sleep", "100");
        before.stop(stopped, Optional.of(0), "");
        assertNotEquals(0, stopped.status().exitCode());
        final Container polite = start(
                before,
                new RestartPolicy("on-failure", 0),
                "sh",
                "-c",
                "trap 'exit 0' TERM; while :; do sleep 0.1; done");
        before.create(Requests.with(
                Requests.host("default", List.of(), new RestartPolicy("on-failure", 0), false, List.of()), "true"));
        final Container last = start(before, "always", "sleep", "100");
        assertRunAgain(List.of(failed.id(), polite.id(), last.id()), open());
        assertEquals(0, engines.getLast().container(failed.id()).status().restarts(), "it counts anew");
        // Asked to end, one of them does so in good order.
        engines.getLast().close();
        assertRunAgain(List.of(failed.id(), last.id()), open());
    }

    private static void assertRunAgain(final List<String> expected, final Engine engine) throws InterruptedException {
        engine.resume();
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!expected.equals(running(engine)) && System.nanoTime() - deadlineNs < 0) {
            Thread.sleep(10);
        }
        assertEquals(expected, running(engine));
    }

    private static List<String> running(final Engine engine) {
        return engine.containers().stream()
                .filter(container -> container.status().state().hasProcess())
                .map(Container::id)
                .toList();
    }

    @Test
    void shouldForgetWhatGoesWhenItExits() throws IOException {
        open().create(Requests.with(
                Requests.host("default", List.of(), new RestartPolicy("", 0), true, List.of()), "sleep", "100"));
        assertEquals(List.of(), open().containers());
        assertNothingLeft();
    }

    @Test
    void shouldKeepOneWhoseDocumentCannotBeRead() throws IOException {
        final Engine before = open();
        final Container made = before.create(Requests.of("true")).container();
        final Path document = made.directory().resolve("container.json");
        final byte[] good = Files.readAllBytes(document);
        Files.writeString(document, "{\"format\":99}");
        assertEquals(List.of(), open().containers());
        Files.write(document, good);
        assertEquals(made.id(), open().containers().getFirst().id());
    }

    @Test
    void shouldHaveAllOrNothingWhereverItCrashes() throws IOException {
        assertEquals(3, crashAtEveryStep(engine -> engine.create(Requests.named("new", "true"))));
        assertEquals(3, crashAtEveryStep(engine -> engine.rename(engine.container("old"), "new")));
        assertEquals(1, crashAtEveryStep(engine -> engine.remove(engine.container("old"), false)));
        assertEquals(3, crashAtEveryStep(engine -> engine.start(engine.container("old"))));
    }

    @Test
    void shouldLoseAndLeaveNoVolumeAndNoNetworkWhereverItCrashes() throws IOException {
        images.add("busybox", FakeImages.withVolumes(List.of("/data"), "sleep", "100"));
        // The volume of each container that there is, and no other.
        final Consumer<Engine> isWhole = engine -> assertEquals(
                engine.containers().stream()
                        .map(container -> container.mounts().getFirst().source())
                        .collect(Collectors.toSet()),
                engine.volumes().all().stream()
                        .map(volume -> volume.files().toString())
                        .collect(Collectors.toSet()));
        crashEverywhere(engine -> engine.create(Requests.named("new", "true")), isWhole);
        crashEverywhere(engine -> engine.remove(engine.container("old"), false, true), isWhole);
        crashEverywhere(
                engine -> engine.remove(engine.container("old"), false),
                engine -> assertEquals(1, engine.volumes().all().size()));
        crashEverywhere(engine -> engine.connect("mine", engine.container("old"), Membership.PLAIN), engine -> {
            isOn(engine, Set.of("bridge", "other"), Set.of("bridge", "other", "mine"));
            isWhole.accept(engine);
        });
        crashEverywhere(
                engine -> engine.disconnect("other", engine.container("old")),
                engine -> isOn(engine, Set.of("bridge", "other"), Set.of("bridge")));
        crashEverywhere(engine -> network(engine, "new"), isWhole);
        crashEverywhere(engine -> engine.networks().remove("mine"), isWhole);
        crashEverywhere(engine -> engine.volumes().create("new", "", Map.of(), Map.of()), engine -> {
            engine.volumes().remove("new", true);
            isWhole.accept(engine);
        });
    }

    private static void isOn(final Engine engine, final Set<String> before, final Set<String> after) {
        final Set<String> found = engine.container("old").memberships().all().keySet().stream()
                .map(id -> id.equals(DefaultNetwork.BRIDGE.id())
                        ? "bridge"
                        : engine.networks().get(id).name())
                .collect(Collectors.toSet());
        assertTrue(found.equals(before) || found.equals(after), found::toString);
    }

    /// Crashes before each step of a change to an engine with a container `old` that is on two
    /// networks, and has the next one looked at.
    private void crashEverywhere(final Consumer<Engine> change, final Consumer<Engine> check) throws IOException {
        boolean isDone = false;
        for (int steps = 0; !isDone; steps++) {
            final Engine before = open();
            network(before, "mine");
            network(before, "other");
            before.connect(
                    "other",
                    before.create(Requests.named("old", "sleep", "100")).container(),
                    Membership.PLAIN);
            final int[] left = {steps};
            final Engine engine = open(_ -> {
                if (left[0]-- == 0) {
                    throw new Crash();
                }
            });
            try {
                change.accept(engine);
                isDone = true;
            } catch (final Crash e) {
                isDone = false;
            }
            final Engine after = open();
            check.accept(after);
            after.containers().forEach(container -> after.remove(container, true, true));
            after.volumes().prune(_ -> true);
            after.networks().prune(_ -> true);
            assertNothingLeft();
            assertEquals(List.of(".temporary"), files("volumes"));
            assertEquals(List.of(), files("volumes/.temporary"));
            assertEquals(List.of(), files("networks/temporary"));
            assertEquals(List.of(), open().networks().all());
            assertTrue(isDone || steps < 20, "it has no end");
        }
    }

    private static UserNetwork network(final Engine engine, final String name) {
        return engine.networks()
                .create(new NetworkRequest(
                        name, "bridge", "default", List.of(), false, false, false, Map.of(), Map.of()));
    }

    /// Crashes before each step of a change to an engine with a container `old`.
    ///
    /// @return how many steps there were
    private int crashAtEveryStep(final Consumer<Engine> change) throws IOException {
        for (int steps = 0; ; steps++) {
            removeAll(open());
            final Container old =
                    open().create(Requests.named("old", "sleep", "100")).container();
            final int[] left = {steps};
            final Engine engine = open(_ -> {
                if (left[0]-- == 0) {
                    throw new Crash();
                }
            });
            boolean isDone = true;
            try {
                change.accept(engine);
            } catch (final Crash e) {
                isDone = false;
            }
            final Engine after = open();
            final List<String> names =
                    after.containers().stream().map(Container::name).sorted().toList();
            final String at = "after " + steps + " steps: " + names;
            assertTrue(isDone || names.contains("old") || names.equals(List.of("new")) || names.isEmpty(), at);
            assertEquals(after.containers().size(), roots.count(), at);
            assertEquals(after.containers().stream().map(Container::id).sorted().toList(), files("containers"), at);
            assertEquals(List.of(), files("temporary"), at);
            if (isDone) {
                assertFalse(
                        names.equals(List.of("old"))
                                && after.container("old").saved("").equals(old.saved("")),
                        "nothing has changed");
                removeAll(after);
                assertNothingLeft();
                return steps;
            }
        }
    }

    private static void removeAll(final Engine engine) {
        engine.containers().forEach(container -> engine.remove(container, true));
    }

    @Test
    void shouldRefuseWhatItCannotKeep() throws Exception {
        final Engine engine = open();
        final Container kept =
                engine.create(Requests.named("kept", "sleep", "100")).container();
        // A disk that takes nothing.
        final Path temporary = directory.resolve("engine/temporary");
        Files.delete(temporary);
        Files.createFile(temporary);
        for (final Runnable refused : List.<Runnable>of(
                () -> engine.start(kept),
                () -> engine.rename(kept, "other"),
                () -> engine.create(Requests.named("other", "true")),
                () -> engine.remove(kept, true))) {
            assertEquals(
                    EngineException.Kind.FAILED,
                    assertThrows(EngineException.class, refused::run).kind());
            kept.notRunning().get(10, TimeUnit.SECONDS);
        }
        assertEquals(List.of(kept), engine.containers());
        assertEquals(1, roots.count());
        Files.delete(temporary);
        Files.createDirectory(temporary);
        engine.create(Requests.named("other", "true"));
        engine.start(kept);
        assertEquals(
                List.of("kept", "other"),
                open().containers().stream().map(Container::name).sorted().toList());
    }

    private static Container start(final Engine engine, final String policy, final String... command) {
        return start(engine, new RestartPolicy(policy, 0), command);
    }

    private static Container start(final Engine engine, final RestartPolicy policy, final String... command) {
        final Container container = engine.create(
                        Requests.with(Requests.host("default", List.of(), policy, false, List.of()), command))
                .container();
        engine.start(container);
        return container;
    }

    private Engine open() {
        return open(NOTHING);
    }

    /// Those before it change nothing any more.
    private Engine open(final Consumer<String> steps) {
        living++;
        final int own = living;
        roots = roots.reopened();
        final Engine engine = new Engine(
                images,
                roots,
                new FakeRuntime(),
                new FakeNetwork(),
                directory.resolve("engine"),
                new EngineInfo("9.9.9", "", "", List.of(), List.of(), List.of()),
                Clock.systemUTC(),
                step -> {
                    if (own != living) {
                        throw new Crash();
                    }
                    steps.accept(step);
                });
        engines.add(engine);
        engine.restore();
        return engine;
    }

    private void assertNothingLeft() throws IOException {
        assertEquals(0, roots.count());
        assertEquals(List.of(), files("containers"));
        assertEquals(List.of(), files("temporary"));
    }

    private List<String> files(final String name) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("engine").resolve(name))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static String log(final Container container) throws IOException, InterruptedException {
        final StringBuilder text = new StringBuilder();
        try (LogReader reader = container.log().read(LogQuery.ALL)) {
            for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                text.append(entry.get().text());
            }
        }
        return text.toString();
    }
}
