package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.api.ApiServer;
import dev.tailrace.runtime.container.NamespacedRuntime;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineInfo;
import dev.tailrace.runtime.image.ImageStore;
import dev.tailrace.runtime.network.ContainerNetwork;
import dev.tailrace.runtime.network.Endpoint;
import dev.tailrace.runtime.network.NetworkException;
import dev.tailrace.runtime.network.PortBinding;
import dev.tailrace.runtime.network.Sandbox;
import dev.tailrace.runtime.storage.OwnerPolicy;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.runtime.training.OwnClasses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// Has verbs of ours ask an engine of ours, once when the product is built, so that the AOT cache of
/// `bin/tailrace` has the classes of both. There is no namespace and no container.
public final class EngineTraining {
    private static final String OWN_CLASSES = "dev/tailrace/";

    private EngineTraining() {}

    /// Takes no arguments.
    public static void main(final String[] args) throws IOException {
        final Path directory = Files.createTempDirectory("tailrace-training");
        try {
            final Storage storage = Storage.open(
                    directory.resolve("data"), Storage.Choice.VFS, OwnerPolicy.IGNORE_UNMAPPED, ArchiveLimits.DEFAULT);
            final Path socket = directory.resolve("api");
            try (Engine engine = new Engine(
                            ImageStore.open(storage, ArchiveLimits.DEFAULT, Clock.systemUTC()),
                            storage.roots(),
                            new NamespacedRuntime(),
                            new NoNetwork(),
                            Files.createDirectories(directory.resolve("engine")),
                            new EngineInfo("", "", "", List.of(), List.of(), List.of()),
                            Clock.systemUTC());
                    ApiServer _ = new ApiServer(engine, socket)) {
                ask(socket, 0, "version");
                ask(socket, 0, "info");
                ask(socket, 0, "images");
                ask(socket, 0, "ps", "-a");
                ask(socket, ExitCode.ENGINE, "run", "-it", "--rm", "-d", "-p", "8080:80", "none", "true");
                ask(socket, ExitCode.FAILURE, "exec", "none", "true");
                ask(socket, ExitCode.FAILURE, "inspect", "-f", "{{.Id}}", "none");
                ask(socket, ExitCode.FAILURE, "rm", "-f", "none");
            }
        } finally {
            TreeRemoval.remove(directory);
        }
        OwnClasses.load(OWN_CLASSES);
    }

    private static void ask(final Path socket, final int expected, final String... words) {
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        final int status = Tailrace.run(
                List.of(words), InputStream.nullInputStream(), out, out, Map.of("TAILRACE_HOST", socket.toString()));
        if (status != expected) {
            throw new IllegalStateException("tailrace " + String.join(" ", words) + " ended with status " + status
                    + ": " + said.toString(StandardCharsets.UTF_8));
        }
    }

    /// Containers need namespaces, and those privileges.
    private static final class NoNetwork implements ContainerNetwork {
        @Override
        public Endpoint attach(final String containerId, final List<PortBinding> ports) {
            throw new NetworkException("nothing runs in a training");
        }

        @Override
        public Sandbox open(final String containerId, final String name) {
            throw new NetworkException("nothing runs in a training");
        }

        @Override
        public void remove(final String networkId) {
            // There are none.
        }

        @Override
        public Endpoint isolate(final String containerId) {
            throw new NetworkException("nothing runs in a training");
        }

        @Override
        public String subnet() {
            return "172.17.0.0/16";
        }

        @Override
        public String gateway() {
            return "172.17.0.1";
        }

        @Override
        public String hostAddress() {
            return gateway();
        }

        @Override
        public String nameServer() {
            return gateway();
        }

        @Override
        public void close() {
            // There is nothing.
        }
    }
}
