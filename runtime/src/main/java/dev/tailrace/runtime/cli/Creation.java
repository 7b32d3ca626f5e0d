package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.ApiException;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Makes a container, for `run` and `create`.
final class Creation {
    private static final int NOT_FOUND = 404;

    private Creation() {}

    /// @return its id
    static String create(
            final ApiClient engine, final Console console, final ContainerOptions options, final JsonObject body)
            throws IOException {
        final Path idFile = options.idFile.isEmpty() ? null : reserve(Path.of(options.idFile));
        final String path = new Query("/containers/create")
                .withAny("name", options.name)
                .withAny("platform", options.platform)
                .toString();
        try (Reply reply = create(engine, console, options, path, body)) {
            final JsonObject created = reply.object();
            Json.texts(created, "Warnings").forEach(warning -> console.err().println("WARNING: " + warning));
            final String id = Json.text(created, "Id");
            if (idFile != null) {
                Files.writeString(idFile, id);
            }
            return id;
        } catch (final ApiException | CommandException e) {
            if (idFile != null) {
                Files.delete(idFile);
            }
            throw e;
        }
    }

    /// An image that is not here is had from its registry, once.
    private static Reply create(
            final ApiClient engine,
            final Console console,
            final ContainerOptions options,
            final String path,
            final JsonObject body)
            throws IOException {
        try {
            return engine.post(path, body);
        } catch (final ApiException e) {
            if (e.status() != NOT_FOUND || !e.reason().startsWith("No such image")) {
                throw e;
            }
        }
        console.err().println("Unable to find image '" + options.image + "' locally");
        try {
            PullCommand.pull(engine, options.image, options.platform, console.err()::println);
        } catch (final ApiException e) {
            throw new CommandException(
                    ExitCode.ENGINE,
                    e.reason() + ": tailrace load reads archives, tailrace image pack makes images of programs of this"
                            + " machine",
                    e);
        }
        return engine.post(path, body);
    }

    private static Path reserve(final Path file) throws IOException {
        try {
            Files.writeString(file, "", StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            return file;
        } catch (final FileAlreadyExistsException e) {
            throw new CommandException(
                    ExitCode.ENGINE, "--cidfile " + file + " is there already: remove it or give another", e);
        }
    }
}
