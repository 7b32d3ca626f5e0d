package dev.tailrace.runtime.build;

import dev.tailrace.runtime.container.Resources;
import dev.tailrace.runtime.engine.Attachment;
import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.ContainerConfig;
import dev.tailrace.runtime.engine.CreateRequest;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.HostConfig;
import dev.tailrace.runtime.image.HealthCheck;
import dev.tailrace.runtime.image.Intake;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// `RUN`: a container of the image so far, whose changes become a layer.
final class RunStep {
    private static final int SHORT_DIGITS = 12;

    private final Engine engine;
    private final BuildRequest request;
    private final BuildOutput output;

    RunStep(final Engine engine, final BuildRequest request, final BuildOutput output) {
        this.engine = engine;
        this.request = request;
        this.output = output;
    }

    /// @param imageId of the image so far
    /// @param command all of it, without entrypoint
    /// @param arguments of the build, `NAME=VALUE` each: variables of the process, and not of the image
    /// @param place for a file while the layer is made
    /// @return the layer's digest
    /// @throws BuildException the command fails
    String run(
            final String imageId,
            final List<String> command,
            final List<String> arguments,
            final Intake intake,
            final Path place)
            throws IOException, InterruptedException {
        final Container container = engine.create(
                        new CreateRequest("", "", config(imageId, command, arguments), host()))
                .container();
        final String shortId = container.id().substring(0, SHORT_DIGITS);
        boolean isRemoved = true;
        try {
            output.text(" ---> Running in " + shortId + "\n");
            final int code = exitCode(container);
            if (code != 0) {
                isRemoved = !request.keepsFailed();
                throw new BuildException(
                        BuildException.Kind.FAILED,
                        "The command '" + String.join(" ", command) + "' returned a non-zero code: " + code,
                        code);
            }
            final String layer = layer(container, intake, place);
            output.text(" ---> Removed intermediate container " + shortId + "\n");
            return layer;
        } finally {
            if (isRemoved) {
                // With the volumes that the image declares.
                engine.remove(container, true, true);
            }
        }
    }

    private int exitCode(final Container container) throws InterruptedException {
        final CompletableFuture<Container.Exit> exit = container.nextExit();
        try (Attachment attachment = container.attach(true, true)) {
            engine.start(container);
            for (Optional<Attachment.Chunk> chunk = attachment.next(); chunk.isPresent(); chunk = attachment.next()) {
                output.text(new String(chunk.get().bytes(), StandardCharsets.UTF_8));
            }
            return exit.get().code();
        } catch (final ExecutionException e) {
            throw new BuildException(BuildException.Kind.FAILED, "cannot wait for the command: " + e.getMessage(), e);
        } catch (final EngineException e) {
            throw new BuildException(BuildException.Kind.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private static String layer(final Container container, final Intake intake, final Path place) throws IOException {
        container.root().mount();
        try {
            try (OutputStream tar = new BufferedOutputStream(Files.newOutputStream(place))) {
                container.root().writeChanges(tar);
            } finally {
                container.root().unmount();
            }
            try (InputStream tar = new BufferedInputStream(Files.newInputStream(place))) {
                return intake.layer(tar);
            }
        } finally {
            TreeRemoval.remove(place);
        }
    }

    private static ContainerConfig config(
            final String imageId, final List<String> command, final List<String> arguments) {
        return new ContainerConfig(
                "",
                "",
                "",
                false,
                true,
                true,
                List.of(),
                false,
                false,
                false,
                arguments,
                command,
                Optional.of(List.of("")),
                imageId,
                List.of(),
                "",
                Map.of(),
                Optional.empty(),
                OptionalInt.empty(),
                // It would be tested while it builds.
                Optional.of(new HealthCheck(List.of("NONE"), 0, 0, 0, 0, 0)));
    }

    private HostConfig host() {
        return new HostConfig(
                List.of(),
                List.of(),
                List.of(),
                "",
                Map.of(),
                request.networkMode().isEmpty() ? "default" : request.networkMode(),
                List.of(),
                false,
                new HostConfig.RestartPolicy("", 0),
                false,
                "none",
                List.of(),
                List.of(),
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                request.extraHosts(),
                Optional.empty(),
                0,
                Map.of(),
                List.of(),
                Resources.NONE,
                Optional.empty(),
                List.of(),
                List.of());
    }
}
