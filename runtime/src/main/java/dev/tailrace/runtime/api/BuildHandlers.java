package dev.tailrace.runtime.api;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.runtime.build.BuildException;
import dev.tailrace.runtime.build.BuildOutput;
import dev.tailrace.runtime.build.BuildRequest;
import dev.tailrace.runtime.build.Builder;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.registry.Credentials;
import dev.tailrace.runtime.registry.Progress;
import dev.tailrace.runtime.registry.Registries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `POST /build`: the classic builder.
final class BuildHandlers {
    private static final String BUILDKIT = "2";

    private final Engine engine;
    private final Builder builder;

    BuildHandlers(final Engine engine, final Builder builder) {
        this.engine = engine;
        this.builder = builder;
    }

    void build(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        if (request.text("version").equals(BUILDKIT)) {
            throw noBuildKit();
        }
        if (!request.text("remote").isEmpty()) {
            throw new EngineException(
                    Kind.UNSUPPORTED,
                    "build of a remote context: not supported by this engine: send the files themselves");
        }
        final BuildRequest wanted = read(request);
        final ProgressStream progress = new ProgressStream(exchange);
        final Lines lines = new Lines(progress, request.flag("q"));
        final Interruption interruption = new Interruption(exchange);
        try {
            progress.run(() -> {
                try {
                    final String id = builder.build(wanted, request.body(), lines);
                    wanted.names().forEach(tag -> engine.imageEvent("tag", id, tag));
                } catch (final BuildException e) {
                    if (e.kind() != BuildException.Kind.FAILED) {
                        throw e;
                    }
                    // The client ends with the code of the process that failed.
                    final String message = String.valueOf(e.getMessage());
                    progress.tell(Json.object(
                            "errorDetail", Json.object("code", e.exitCode(), "message", message), "error", message));
                }
            });
        } finally {
            interruption.end();
        }
    }

    void prune(final Request request, final String name, final Exchange exchange) throws IOException {
        Json.send(exchange, 200, Json.object("CachesDeleted", List.of(), "SpaceReclaimed", builder.prune()));
    }

    /// What a client with buildx asks for.
    void session(final Request request, final String name, final Exchange exchange) {
        throw noBuildKit();
    }

    private static EngineException noBuildKit() {
        return new EngineException(
                Kind.UNSUPPORTED, "BuildKit: not supported by this engine: build with DOCKER_BUILDKIT=0");
    }

    private static BuildRequest read(final Request request) {
        for (final String unsupported : List.of("squash", "outputs")) {
            if (request.flag(unsupported)) {
                throw new EngineException(Kind.UNSUPPORTED, "build: " + unsupported + ": not supported by this engine");
            }
        }
        return new BuildRequest(
                request.text("dockerfile"),
                request.texts("t"),
                strings(request, "buildargs"),
                strings(request, "labels"),
                request.text("target"),
                request.text("networkmode"),
                List.copyOf(extraHosts(request)),
                request.text("platform"),
                request.flag("pull"),
                !request.flag("nocache"),
                request.query().containsKey("rm") && !request.flag("rm") && !request.flag("forcerm"),
                credentials(request.headers().getOrDefault("x-registry-config", "")));
    }

    private static List<String> extraHosts(final Request request) {
        return request.texts("extrahosts").stream()
                .flatMap(hosts -> List.of(hosts.split(",", -1)).stream())
                .filter(host -> !host.isBlank())
                .toList();
    }

    /// A JSON object of strings; what is null counts as not there.
    private static Map<String, String> strings(final Request request, final String name) {
        final String text = request.text(name);
        return text.isEmpty() ? Map.of() : Fields.parse(text).stringMap();
    }

    /// `X-Registry-Config`: base64 of a JSON object, from servers to `AuthConfig`s.
    private static Map<String, Credentials> credentials(final String header) {
        final Map<String, Credentials> credentials = new HashMap<>();
        if (header.isBlank()) {
            return credentials;
        }
        try {
            final byte[] json =
                    Base64.getDecoder().decode(header.strip().replace('-', '+').replace('_', '/'));
            final JsonObject servers = JsonParser.object().from(new String(json, StandardCharsets.UTF_8));
            for (final Map.Entry<String, Object> server : new LinkedHashMap<>(servers).entrySet()) {
                if (server.getValue() instanceof final JsonObject auth) {
                    credentials.put(Registries.domain(server.getKey()), Credentials.of(auth));
                }
            }
            return credentials;
        } catch (final IllegalArgumentException | JsonParserException e) {
            throw new EngineException(Kind.INVALID, "invalid X-Registry-Config header", e);
        }
    }

    /// What is told, as docker's client shows it.
    ///
    /// @param isQuiet whether only the id is
    private record Lines(ProgressStream progress, boolean isQuiet) implements BuildOutput {
        @Override
        public void text(final String text) {
            if (!isQuiet) {
                progress.tell(Json.object("stream", text));
            }
        }

        @Override
        public void built(final String id) {
            progress.tell(Json.object("aux", Map.of("ID", id)));
            if (isQuiet) {
                progress.tell(Json.object("stream", id + "\n"));
            }
        }

        @Override
        public Progress pulls() {
            return isQuiet ? Progress.NONE : new TransferLines(progress);
        }
    }
}
