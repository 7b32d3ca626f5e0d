package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Hijacked;
import dev.tailrace.runtime.client.Reply;
import dev.tailrace.runtime.client.StreamFrames;
import dev.tailrace.tapio.lab.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Who uses an engine: with docker's client, and by its API where the client adds nothing but the time of its start.
final class EngineUser {
    private final Machine machine;
    private final ApiClient api;
    private final Path client;

    EngineUser(final Machine machine, final ApiClient api) {
        this.machine = machine;
        this.api = api;
        client = EngineHost.clients().getLast();
    }

    /// Runs docker's client to its end, which must be a success.
    ///
    /// @param words with spaces between; of `more` each is one word
    String docker(final String words, final String... more) {
        return machine.run(command(words, more)).strip();
    }

    /// What a command of docker's client says that must fail.
    String fails(final String words, final String... more) {
        final Program program = machine.start(command(words, more));
        assertNotEquals(0, program.awaitExit(), program::toString);
        return program.stderr();
    }

    /// Runs a shell's script in which `docker` is that client, to its end, which must be a success.
    String shell(final String script) {
        final String function =
                "docker() { env DOCKER_HOST=unix://" + machine.runtime() + "/tailrace.sock " + client + " \"$@\"; }\n";
        return machine.run("sh", "-euc", function + script).strip();
    }

    /// Runs a command in a container to its end, which must be a success.
    String exec(final String container, final String words, final String... more) {
        final Outcome outcome = outcome(container, words, more);
        assertEquals(0, outcome.code(), outcome::toString);
        return outcome.out().strip();
    }

    /// What a command in a container says that must fail.
    String execFails(final String container, final String words, final String... more) {
        final Outcome outcome = outcome(container, words, more);
        assertNotEquals(0, outcome.code(), outcome::toString);
        return outcome.err();
    }

    /// How a command has ended.
    record Outcome(int code, String out, String err) {}

    Outcome outcome(final String container, final String words, final String... more) {
        final JsonObject body = new JsonObject();
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        body.put("Cmd", new JsonArray(words(words, more)));
        try {
            final String path =
                    "/exec/" + sent("/containers/" + container + "/exec", body).getString("Id");
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            final ByteArrayOutputStream err = new ByteArrayOutputStream();
            try (Hijacked streams = api.hijack(path + "/start", new JsonObject())) {
                StreamFrames.copy(streams.output(), out, err);
            }
            return new Outcome(object(path + "/json").getInt("ExitCode"), text(out), text(err));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a container to its end, which must be a success, and removes it.
    ///
    /// @param bind as of `-v`
    /// @return its standard output
    String run(final String image, final String bind, final String words, final String... more) {
        final JsonObject host = new JsonObject();
        host.put("Binds", new JsonArray(List.of(bind)));
        final JsonObject body = new JsonObject();
        body.put("Image", image);
        body.put("Cmd", new JsonArray(words(words, more)));
        body.put("HostConfig", host);
        try {
            final String path =
                    "/containers/" + sent("/containers/create", body).getString("Id");
            KilledDaemon.finish(api.post(path + "/start"));
            final int code = sent(path + "/wait", new JsonObject()).getInt("StatusCode");
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (Reply logs = api.get(path + "/logs?stdout=1")) {
                StreamFrames.copy(logs.body(), out, OutputStream.nullOutputStream());
            }
            KilledDaemon.finish(api.delete(path + "?v=1"));
            assertEquals(0, code, out::toString);
            return text(out).strip();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Makes a network as it comes.
    void network(final String name) {
        final JsonObject body = new JsonObject();
        body.put("Name", name);
        post("/networks/create", body);
    }

    /// Starts a container of `busybox` that does nothing.
    void idle(final String name, final String network) {
        final JsonObject host = new JsonObject();
        host.put("NetworkMode", network);
        final JsonObject body = new JsonObject();
        body.put("Image", "busybox");
        body.put("Cmd", new JsonArray(List.of("sleep", "1000")));
        body.put("HostConfig", host);
        post("/containers/create?name=" + name, body);
        post("/containers/" + name + "/start", new JsonObject());
    }

    /// @param action `connect` or `disconnect`
    void plug(final String action, final String network, final String container) {
        final JsonObject body = new JsonObject();
        body.put("Container", container);
        post("/networks/" + network + "/" + action, body);
    }

    private void post(final String path, final JsonObject body) {
        try {
            KilledDaemon.finish(api.post(path, body));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// `docker inspect`.
    JsonObject inspect(final String container) {
        return object("/containers/" + container + "/json");
    }

    JsonObject object(final String path) {
        try (Reply reply = api.get(path)) {
            return reply.object();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Names of all volumes.
    List<String> volumes() {
        final JsonArray all = object("/volumes").getArray("Volumes");
        final List<String> names = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            names.add(all.getObject(i).getString("Name"));
        }
        return names;
    }

    void remove(final String path) {
        try {
            KilledDaemon.finish(api.delete(path));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Removes all containers, volumes and networks.
    void removeAll() {
        try {
            final JsonArray all;
            try (Reply reply = api.get("/containers/json?all=1")) {
                all = reply.array();
            }
            for (int i = 0; i < all.size(); i++) {
                remove("/containers/" + all.getObject(i).getString("Id") + "?force=1&v=1");
            }
            KilledDaemon.finish(api.post("/networks/prune"));
            for (final String volume : volumes()) {
                remove("/volumes/" + volume);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonObject sent(final String path, final JsonObject body) throws IOException {
        try (Reply reply = api.post(path, body)) {
            return reply.object();
        }
    }

    private String[] command(final String words, final String... more) {
        final List<String> command = new ArrayList<>(
                List.of("env", "DOCKER_HOST=unix://" + machine.runtime() + "/tailrace.sock", client.toString()));
        command.addAll(words(words, more));
        return command.toArray(String[]::new);
    }

    private static List<String> words(final String words, final String... more) {
        final List<String> all = new ArrayList<>(List.of(words.split(" +")));
        all.addAll(List.of(more));
        return all;
    }

    private static String text(final ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
