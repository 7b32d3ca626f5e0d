package dev.tailrace.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.engine.Container.Exit;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.engine.HostConfig.PublishedPort;
import dev.tailrace.runtime.engine.HostConfig.RestartPolicy;
import dev.tailrace.runtime.fake.FakeEngine;
import dev.tailrace.runtime.log.LogEntry;
import dev.tailrace.runtime.log.LogQuery;
import dev.tailrace.runtime.log.LogReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EngineTest {
    @TempDir
    private Path directory;

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
        assertEquals(0, fake.roots.mounts(), "mounts left");
        assertEquals(0, fake.roots.count(), "roots left");
        assertEquals(0, fake.network.open(), "endpoints left");
    }

    @Test
    void shouldRunToTheEndAndKeepTheOutput() throws Exception {
        final Container container = create(Requests.of("sh", "-c", "echo out; echo err >&2; exit 3"));
        assertEquals(ContainerState.CREATED, container.status().state());
        final CompletableFuture<Exit> exit = container.nextExit();
        engine.start(container);
        assertEquals(3, exit.get(20, TimeUnit.SECONDS).code());
        assertEquals(ContainerState.EXITED, container.status().state());
        assertEquals(3, container.status().exitCode());
        final List<String> log = log(container);
        assertTrue(log.contains("out\n") && log.contains("err\n"), log.toString());
    }

    @Test
    void shouldWaitInEveryWay() throws Exception {
        final Container container = create(Requests.of("sleep", "100"));
        assertEquals(0, container.notRunning().get(1, TimeUnit.SECONDS).code());
        engine.start(container);
        final CompletableFuture<Exit> notRunning = container.notRunning();
        final CompletableFuture<Exit> next = container.nextExit();
        final CompletableFuture<Exit> removal = container.removal();
        assertFalse(notRunning.isDone());
        engine.kill(container, "KILL");
        assertEquals(137, notRunning.get(10, TimeUnit.SECONDS).code());
        assertEquals(137, next.get(10, TimeUnit.SECONDS).code());
        assertFalse(container.nextExit().isDone());
        assertFalse(removal.isDone());
        engine.remove(container, false);
        assertEquals(137, removal.get(10, TimeUnit.SECONDS).code());
    }

    @Test
    void shouldStopWithSignalAndThenKill() throws Exception {
        final Container polite =
                start(Requests.of("sh", "-c", "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done"));
        awaitReady(polite);
        engine.stop(polite, Optional.of(20), "");
        assertEquals(5, polite.status().exitCode());
        final Container deaf = start(Requests.of("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done"));
        awaitReady(deaf);
        engine.stop(deaf, Optional.of(0), "");
        assertEquals(137, deaf.status().exitCode());
        assertKind(Kind.UNCHANGED, () -> engine.stop(deaf, Optional.empty(), ""));
    }

    @Test
    void shouldPauseAndStopWhatIsPaused() {
        final Container container = start(Requests.of("sleep", "100"));
        engine.pause(container);
        assertEquals(ContainerState.PAUSED, container.status().state());
        assertEquals(
                "container " + container.name() + " is already paused",
                assertKind(Kind.CONFLICT, () -> engine.pause(container)));
        assertKind(Kind.CONFLICT, () -> engine.start(container));
        assertKind(Kind.CONFLICT, () -> engine.remove(container, false));
        assertKind(Kind.CONFLICT, () -> engine.execs().create(container, exec("true")));
        engine.stop(container, Optional.of(20), "");
        assertEquals(143, container.status().exitCode());
        assertKind(Kind.CONFLICT, () -> engine.unpause(container));
    }

    @Test
    void shouldRemoveItselfAtTheEnd() throws Exception {
        final Container container = create(Requests.with(
                Requests.host("default", List.of(), new RestartPolicy("", 0), true, List.of()), "sh", "-c", "exit 9"));
        final CompletableFuture<Exit> removal = container.removal();
        fake.roots.holdRemovals();
        engine.start(container);
        // Who waits for it does not wait for its mount nor for its files.
        assertEquals(9, removal.get(20, TimeUnit.SECONDS).code());
        assertEquals(List.of(), engine.containers());
        assertEquals(1, fake.roots.mounts());
        assertEquals(1, fake.roots.count());
        fake.roots.proceed();
        engine.close();
        assertEquals(0, fake.roots.count());
        assertFalse(Files.exists(container.directory()));
    }

    @Test
    void shouldTellOfTheEndBeforeTheMountGoesAndRemoveItAfter() throws Exception {
        fake.roots.holdRemovals();
        final Container container = runToItsEnd();
        assertEquals(1, fake.roots.mounts());
        final CompletableFuture<Void> removed = CompletableFuture.runAsync(() -> engine.remove(container, false));
        fake.roots.proceed();
        // Of one that is mounted it would fail.
        removed.get(20, TimeUnit.SECONDS);
        assertEquals(0, fake.roots.count());
    }

    @Test
    void shouldEndAlsoIfItsNetworkDoesNot() throws Exception {
        fake.network.breakClosing();
        engine.remove(runToItsEnd(), false);
        assertEquals(0, fake.roots.count());
    }

    @Test
    void shouldWaitForNoDiskWithWhatDoesNotOutliveTheEngine() {
        create(Requests.of("true"));
        assertEquals(Set.of(), fake.roots.passing());
        final Container passing = create(
                Requests.with(Requests.host("default", List.of(), new RestartPolicy("", 0), true, List.of()), "true"));
        assertEquals(Set.of(passing.id()), fake.roots.passing());
    }

    @Test
    void shouldRemoveItselfWhenItCannotStart() throws Exception {
        final Container container = create(Requests.with(
                Requests.host("default", List.of(), new RestartPolicy("", 0), true, List.of()), "nosuchprogram"));
        final CompletableFuture<Exit> removal = container.removal();
        assertEquals(
                "exec: \"nosuchprogram\": executable file not found in $PATH",
                assertKind(Kind.INVALID, () -> engine.start(container)));
        assertEquals(new Exit(127, ""), removal.get(20, TimeUnit.SECONDS));
    }

    @Test
    void shouldLeaveNothingOfAStartThatFails() {
        final Container container = create(Requests.of("/etc/passwd"));
        assertKind(Kind.INVALID, () -> engine.start(container));
        assertEquals(ContainerState.CREATED, container.status().state());
        assertEquals(126, container.status().exitCode());
        assertEquals(0, fake.network.open());
        assertEquals(0, fake.roots.mounts());
    }

    @Test
    void shouldFreePortsAndRefuseTakenOnes() {
        final HostConfig host = Requests.host(
                "default", List.of(new PublishedPort("80", "", "8080")), new RestartPolicy("", 0), false, List.of());
        final Container first = start(Requests.with(host, "sleep", "100"));
        assertEquals(8080, first.endpoint().orElseThrow().ports().getFirst().hostPort());
        final Container second = create(Requests.with(host, "sleep", "100"));
        final String message = assertKind(Kind.FAILED, () -> engine.start(second));
        assertTrue(message.endsWith("port is already allocated"), message);
        engine.kill(first, "");
        engine.start(second);
        assertEquals(List.of("80/tcp"), second.config().exposedPorts());
    }

    @Test
    void shouldRestartOnFailureAndGiveUp() throws Exception {
        final Container container = create(Requests.with(
                Requests.host("none", List.of(), new RestartPolicy("on-failure", 2), false, List.of()),
                "sh",
                "-c",
                "echo run; exit 4"));
        final CompletableFuture<Exit> exit = container.nextExit();
        engine.start(container);
        assertEquals(4, exit.get(20, TimeUnit.SECONDS).code());
        assertEquals(2, container.status().restarts());
        assertEquals(List.of("run\n", "run\n", "run\n"), log(container));
    }

    @Test
    void shouldNotRestartWhatIsStopped() {
        final Container container = start(Requests.with(
                Requests.host("default", List.of(), new RestartPolicy("always", 0), false, List.of()), "sleep", "100"));
        engine.kill(container, "");
        assertEquals(ContainerState.EXITED, container.status().state());
    }

    @Test
    void shouldRestartByHandWithoutRemoving() {
        final Container container = start(Requests.with(
                Requests.host("default", List.of(), new RestartPolicy("", 0), true, List.of()), "sleep", "100"));
        final int pid = container.status().pid();
        engine.restart(container, Optional.of(20), "");
        assertEquals(ContainerState.RUNNING, container.status().state());
        assertTrue(container.status().pid() != pid);
    }

    @Test
    void shouldFindByNameAndByBeginning() {
        final Container web = create(Requests.named("web", "true"));
        assertEquals(web, engine.container("web"));
        assertEquals(web, engine.container("/web"));
        assertEquals(web, engine.container(web.id()));
        assertEquals(web, engine.container(web.id().substring(0, 20)));
        assertEquals("No such container: we", assertKind(Kind.NOT_FOUND, () -> engine.container("we")));
        assertEquals("No such container: ", assertKind(Kind.NOT_FOUND, () -> engine.container("")));
        engine.rename(web, "shop");
        assertEquals(web, engine.container("shop"));
        assertKind(Kind.NOT_FOUND, () -> engine.container("web"));
        final Container other = create(Requests.named("web", "true"));
        final String conflict = assertKind(Kind.CONFLICT, () -> engine.rename(other, "shop"));
        assertTrue(
                conflict.startsWith(
                        "Conflict. The container name \"/shop\" is already in use by container \"" + web.id() + "\"."),
                conflict);
        assertEquals("web", other.name());
    }

    @Test
    void shouldFeedInputThatCameBeforeTheStart() throws Exception {
        final Container container = create(Requests.withInput("cat"));
        final Attachment attachment = container.attach(true, true);
        final ClientInput input = container.openInput();
        input.write("early ".getBytes(StandardCharsets.UTF_8));
        engine.start(container);
        input.write("late".getBytes(StandardCharsets.UTF_8));
        assertTrue(input.finish());
        assertEquals("early late", drain(attachment));
        assertEquals(0, container.notRunning().get(20, TimeUnit.SECONDS).code());
    }

    @Test
    void shouldServeSeveralClientsTheSameOutput() throws Exception {
        final Container container = create(Requests.of("sh", "-c", "for i in 1 2 3; do echo $i; done"));
        final Attachment first = container.attach(true, true);
        final Attachment second = container.attach(true, false);
        engine.start(container);
        assertEquals("1\n2\n3\n", drain(first));
        assertEquals("1\n2\n3\n", drain(second));
    }

    @Test
    void shouldStandStillForAClientThatDoesNotReadAndLogAllAtTheEnd() throws Exception {
        final Container container = create(Requests.of("sh", "-c", "head -c 8000000 /dev/zero | tr '\\0' x; echo"));
        final Attachment stuck = container.attach(true, true);
        engine.start(container);
        awaitStandstill(container);
        assertEquals(ContainerState.RUNNING, container.status().state());
        assertTrue(
                Files.size(container.log().file()) < 2_000_000,
                "log " + Files.size(container.log().file()));
        assertEquals(8_000_001, drain(stuck).length());
        assertEquals(0, container.notRunning().get(20, TimeUnit.SECONDS).code());
        assertEquals(8_000_001, log(container).stream().mapToInt(String::length).sum());
    }

    @Test
    void shouldEndThoughAClientDoesNotRead() throws Exception {
        final Container container = create(Requests.of("sh", "-c", "while :; do echo yyyyyyyyyyyyyyyyyyyyyyy; done"));
        final Attachment stuck = container.attach(true, true);
        engine.start(container);
        awaitStandstill(container);
        engine.kill(container, "KILL");
        assertEquals(ContainerState.EXITED, container.status().state());
        assertEquals(String.join("", log(container)), drain(stuck));
    }

    @Test
    void shouldExecuteInARunningContainer() throws Exception {
        final Container container = start(Requests.of("sleep", "100"));
        final ExecSession session = engine.execs().create(container, exec("sh", "-c", "cat; exit 6"));
        final Attachment attachment = session.attach();
        engine.execs().start(session);
        assertEquals(List.of(session.id()), engine.execs().running(container));
        final ClientInput input = session.openInput();
        input.write("through".getBytes(StandardCharsets.UTF_8));
        input.finish();
        assertEquals("through", drain(attachment));
        assertEquals(Optional.of(6), session.exitCode());
        assertFalse(session.isRunning());
        assertKind(Kind.CONFLICT, () -> engine.execs().start(session));
        final ExecSession missing = engine.execs().create(container, exec("nosuchprogram"));
        assertKind(Kind.INVALID, () -> engine.execs().start(missing));
        assertEquals(Optional.of(127), missing.exitCode());
    }

    @Test
    void shouldEndAnExecWhoseChildHoldsItsOutput() throws Exception {
        final Container container = start(Requests.of("sleep", "100"));
        final ExecSession session = engine.execs().create(container, exec("sh", "-c", "echo done; (sleep 30)& exit 0"));
        final Attachment attachment = session.attach();
        engine.execs().start(session);
        assertEquals("done\n", drain(attachment));
        assertEquals(Optional.of(0), session.exitCode());
    }

    @Test
    void shouldTellWhatHappens() throws Exception {
        try (EventBus.Subscription events = engine.events().subscribe(Optional.empty())) {
            final Container container = create(Requests.named("told", "true"));
            final CompletableFuture<Exit> exit = container.nextExit();
            engine.start(container);
            exit.get(20, TimeUnit.SECONDS);
            engine.remove(container, false);
            final List<String> actions = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                final Event event = events.next(Duration.ofSeconds(10)).orElseThrow();
                if (event.type().equals("network")) {
                    assertEquals("bridge", event.attributes().get("name"));
                    assertEquals(container.id(), event.attributes().get("container"));
                } else {
                    assertEquals("told", event.attributes().get("name"));
                    assertEquals("image", event.attributes().get("from"));
                }
                actions.add(event.action());
            }
            assertEquals(List.of("create", "connect", "start", "disconnect", "die", "destroy"), actions);
        }
    }

    @Test
    void shouldWriteNetworkFilesAndMountThem() throws Exception {
        final Container container = start(Requests.of("sleep", "100"));
        final String hosts = Files.readString(container.directory().resolve("hosts"));
        assertTrue(hosts.contains("127.0.0.1\tlocalhost\n"), hosts);
        assertTrue(hosts.contains("10.1.2.3\tdb\n"), hosts);
        assertTrue(hosts.contains("172.17.255.254\thost.docker.internal\n"), hosts);
        assertTrue(hosts.contains("172.17.0.2\t" + container.id().substring(0, 12) + "\n"), hosts);
        assertEquals(
                container.id().substring(0, 12) + "\n",
                Files.readString(container.directory().resolve("hostname")));
        final String resolver = Files.readString(container.directory().resolve("resolv.conf"));
        assertTrue(resolver.startsWith("nameserver 172.17.255.253\n"), resolver);
        assertEquals(
                List.of("/etc/resolv.conf", "/etc/hostname", "/etc/hosts"),
                fake.runtime.started().getFirst().mounts().stream()
                        .map(mount -> mount.target())
                        .toList());
    }

    @Test
    void shouldStopEverythingWhenItEnds() {
        final Container container = start(Requests.of("sleep", "100"));
        engine.close();
        assertEquals(ContainerState.EXITED, container.status().state());
        engine.remove(container, false);
    }

    private Container create(final CreateRequest request) {
        return engine.create(request).container();
    }

    private Container runToItsEnd() throws Exception {
        final Container container = create(Requests.of("sh", "-c", "exit 9"));
        final CompletableFuture<Exit> exit = container.nextExit();
        engine.start(container);
        assertEquals(9, exit.get(20, TimeUnit.SECONDS).code());
        return container;
    }

    private Container start(final CreateRequest request) {
        final Container container = create(request);
        engine.start(container);
        return container;
    }

    private static ExecConfig exec(final String... command) {
        return new ExecConfig(List.of(command), "", "", List.of(), false, false, true, true, true);
    }

    private static String assertKind(final Kind kind, final Runnable action) {
        final EngineException e = assertThrows(EngineException.class, action::run);
        assertEquals(kind, e.kind(), e.getMessage());
        return e.getMessage();
    }

    private static void awaitReady(final Container container) throws IOException, InterruptedException {
        final LogQuery query = new LogQuery(true, true, Optional.empty(), Optional.empty(), -1, true);
        try (LogReader reader = container.log().read(query)) {
            assertEquals("ready\n", reader.next().orElseThrow().text());
        }
    }

    /// Until the log has not grown for a while: the state of a process that is held up shows in nothing else.
    private static void awaitStandstill(final Container container) throws Exception {
        long size = -1;
        while (size <= 0 || Files.size(container.log().file()) != size) {
            size = Files.exists(container.log().file())
                    ? Files.size(container.log().file())
                    : 0;
            TimeUnit.MILLISECONDS.sleep(300);
        }
    }

    private static String drain(final Attachment attachment) throws InterruptedException {
        final StringBuilder text = new StringBuilder();
        Optional<Attachment.Chunk> chunk = attachment.next();
        while (chunk.isPresent()) {
            text.append(new String(chunk.get().bytes(), StandardCharsets.UTF_8));
            chunk = attachment.next();
        }
        return text.toString();
    }

    private static List<String> log(final Container container) throws IOException, InterruptedException {
        final List<String> lines = new ArrayList<>();
        try (LogReader reader = container.log().read(LogQuery.ALL)) {
            Optional<LogEntry> entry = reader.next();
            while (entry.isPresent()) {
                lines.add(entry.get().text());
                entry = reader.next();
            }
        }
        return lines;
    }
}
