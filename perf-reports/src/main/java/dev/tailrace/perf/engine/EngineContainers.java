package dev.tailrace.perf.engine;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.perf.lab.LabException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Containers and images of an engine, in the words that a measurement needs.
public final class EngineContainers {
    private final EngineApi api;

    public EngineContainers(final EngineApi api) {
        this.api = api;
    }

    /// Has the engine take in an archive of files as an image.
    public void importFiles(final String image, final Path archive) {
        final String[] parts = image.split(":", 2);
        progress(api.upload("/images/create?fromSrc=-&repo=%s&tag=%s".formatted(parts[0], parts[1]), archive));
    }

    /// Has the engine load an archive of images.
    public void load(final Path archive) {
        progress(api.upload("/images/load", archive));
    }

    /// What goes wrong after the first word is told in the answer, and not by its status.
    private static void progress(final Answer answer) {
        if (answer.text().contains("\"errorDetail\"")) {
            throw new LabException("%s: %s".formatted(answer.request(), answer.text()));
        }
    }

    /// Makes a container that runs a program, which SIGKILL stops.
    ///
    /// @param host members of `HostConfig`
    /// @param exposed `5201/tcp`
    /// @return its id
    public String create(
            final String image, final List<String> program, final JsonObject host, final List<String> exposed) {
        final JsonObject ports = new JsonObject();
        exposed.forEach(port -> ports.put(port, new JsonObject()));
        return id(api.post(
                "/containers/create",
                JsonObject.builder()
                        .value("Image", image)
                        .value("Entrypoint", new JsonArray(program.subList(0, 1)))
                        .value("Cmd", new JsonArray(program.subList(1, program.size())))
                        .value("StopSignal", "SIGKILL")
                        .value("ExposedPorts", ports)
                        .value("HostConfig", host)
                        .done()));
    }

    public String create(final String image, final List<String> program) {
        return create(image, program, new JsonObject(), List.of());
    }

    public void start(final String id) {
        api.post(path(id, "/start"));
    }

    /// Connects with what it will write.
    public OutputFrames attach(final String id) {
        return api.hijack(path(id, "/attach?stream=1&stdout=1&stderr=1"), Optional.empty());
    }

    /// Executes a program in it.
    public OutputFrames execute(final String id, final List<String> program) {
        final JsonObject config = JsonObject.builder()
                .value("Cmd", new JsonArray(program))
                .value("AttachStdout", true)
                .value("AttachStderr", true)
                .done();
        final String exec = id(api.post(path(id, "/exec"), config));
        return api.hijack("/exec/" + exec + "/start", Optional.of(new JsonObject()));
    }

    /// Executes a program that must write nothing but what is wanted.
    ///
    /// @return all that it wrote
    public String run(final String id, final List<String> program) {
        try (OutputFrames output = execute(id, program)) {
            return new String(output.rest(), StandardCharsets.UTF_8).strip();
        }
    }

    public JsonObject inspect(final String id) {
        return api.get(path(id, "/json")).object();
    }

    public void remove(final String id) {
        api.delete("/containers/" + id + "?force=1");
    }

    static String path(final String id, final String what) {
        return "/containers/" + id + what;
    }

    private static String id(final Answer answer) {
        return answer.object().getString("Id");
    }
}
