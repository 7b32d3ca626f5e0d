package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A machine whose daemon is killed and started again, with a client in the test's own process.
final class KilledDaemon implements AutoCloseable {
    private static final String DATA = "$HOME/.local/share/tailrace";

    private final Machine machine = new Machine(Subject.OURS);
    private final ApiClient api;
    private @Nullable Program daemon;

    KilledDaemon() {
        try {
            final Path root = machine.makeRootDirectory();
            machine.run("tar", "-C", root.toString(), "-cf", root + ".tar", ".");
            api = new ApiClient(machine.seen(machine.runtime() + "/tailrace.sock"));
        } catch (final RuntimeException | Error e) {
            machine.close();
            throw e;
        }
    }

    /// One that is not started yet, for tests with docker's client; they are skipped where that cannot be.
    static KilledDaemon forClient() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        assumeFalse(EngineHost.clients().isEmpty(), "there is no docker client here");
        return new KilledDaemon();
    }

    /// Who uses it.
    EngineUser user() {
        return new EngineUser(machine, api);
    }

    Machine machine() {
        return machine;
    }

    ApiClient api() {
        return api;
    }

    Program start(final String... options) {
        final String[] command = new String[options.length + 2];
        command[0] = EngineHost.tailrace();
        command[1] = "daemon";
        System.arraycopy(options, 0, command, 2, options.length);
        return startBy(command);
    }

    /// In a control group of the machine, as systemd starts a unit.
    Program startIn(final Path group) {
        return startBy(
                "sh",
                "-euc",
                "echo 0 >\"$1\"; exec \"$2\" daemon",
                "sh",
                group.resolve("cgroup.procs").toString(),
                EngineHost.tailrace());
    }

    private Program startBy(final String... command) {
        final Program started = machine.start(command);
        Await.until(() -> "the daemon serves: " + started, () -> {
            if (!started.isAlive()) {
                throw new AssertionError("the daemon has ended: " + started);
            }
            return started.stdout().contains("serving");
        });
        daemon = started;
        return started;
    }

    /// SIGKILL at once, and its end.
    void kill() {
        final Program killed = Objects.requireNonNull(daemon);
        // The program is nsenter, which forks where it enters a namespace of processes.
        ProcessHandle.of(killed.pid())
                .flatMap(handle -> handle.children().findFirst())
                .orElseThrow(() -> new AssertionError("no daemon: " + killed))
                .destroyForcibly();
        killed.awaitExit();
    }

    /// Asks it to end, waits until the machine has nothing more than before, and closes that.
    void endLeaving(final Traces before) {
        try (machine) {
            machine.endDaemon();
            machine.awaitNothingBut(before);
        }
    }

    /// An image of the shell and its tools.
    void importImage(final String name) {
        final String path = new Query("/images/create")
                .with("fromSrc", "-")
                .with("repo", name)
                .with("changes", "LABEL image=" + name)
                .toString();
        try (InputStream root = Files.newInputStream(machine.seen(machine.home() + "/root.tar"))) {
            final String told = finish(api.upload(path, root));
            if (told.contains("error")) {
                throw new AssertionError("import of " + name + ": " + told);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// With a volume without a name at `/volume`.
    void create(final String name, final String image, final String... command) throws IOException {
        final JsonObject body = new JsonObject();
        body.put("Image", image);
        body.put("Cmd", new JsonArray(List.of(command)));
        final JsonObject labels = new JsonObject();
        labels.put("kept", "yes " + name);
        body.put("Labels", labels);
        final JsonObject volumes = new JsonObject();
        volumes.put("/volume", new JsonObject());
        body.put("Volumes", volumes);
        finish(api.post("/containers/create?name=" + name, body));
    }

    void network(final String name) throws IOException {
        send("/networks/create", "Name", name);
    }

    /// Posts an object with one member.
    void send(final String path, final String member, final String value) throws IOException {
        final JsonObject body = new JsonObject();
        body.put(member, value);
        finish(api.post(path, body));
    }

    /// All files of the data root, by name, without what is different in each daemon.
    List<String> files() {
        return machine.run("sh", "-euc", "cd \"" + DATA + "\"; find . ! -name daemon.pid | sort")
                .lines()
                .toList();
    }

    /// Those of the whole machine whose command line is this.
    String processes(final String command) {
        return machine.asRoot("sh", "-c", "ps -e -o args= | grep -x '" + command + "' || true");
    }

    /// Reads an answer to its end.
    static String finish(final Reply reply) throws IOException {
        try (reply) {
            return reply.text();
        }
    }

    @Override
    public void close() {
        machine.close();
    }
}
