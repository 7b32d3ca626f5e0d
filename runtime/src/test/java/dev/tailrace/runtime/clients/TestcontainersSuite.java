package dev.tailrace.runtime.clients;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/// What a Java developer's suite does, as a program of its own: the ports that containers publish are
/// those of the machine it runs on. Ends with a stack trace, and code 1, if an answer is not what it
/// must be.
final class TestcontainersSuite {
    private static final DockerImageName IMAGE = DockerImageName.parse("busybox:latest");
    private static final int PORT = 8080;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private TestcontainersSuite() {}

    /// @param arguments `reaper` if one is to be there
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        try (Network network = Network.newNetwork();
                GenericContainer<?> server = server(network);
                GenericContainer<?> client = client(network)) {
            server.start();
            equal("copied before the start\n", over(server));
            equal(true, server.getLogs().contains("serving"));
            client.start();
            final ExecResult asked =
                    client.execInContainer("busybox", "wget", "-q", "-O", "-", "http://alias:" + PORT + "/copied");
            equal("copied before the start\n", asked.getStdout());
            equal(0, asked.getExitCode());
            equal(7, client.execInContainer("sh", "-c", "exit 7").getExitCode());
            client.copyFileToContainer(Transferable.of("later"), "/later");
            equal("later", client.copyFileFromContainer("/later", TestcontainersSuite::text));
            equal(List.of(arguments).contains("reaper"), hasReaper());
        }
        System.out.println("all answered");
    }

    private static GenericContainer<?> server(final Network network) {
        return new GenericContainer<>(IMAGE)
                .withNetwork(network)
                .withNetworkAliases("alias")
                .withExposedPorts(PORT)
                .withCopyToContainer(Transferable.of("copied before the start\n"), "/www/copied")
                .withCommand("sh", "-c", "echo serving; exec busybox httpd -f -p " + PORT + " -h /www")
                .waitingFor(Wait.forHttp("/copied").forPort(PORT).withStartupTimeout(PATIENCE));
    }

    private static GenericContainer<?> client(final Network network) {
        return new GenericContainer<>(IMAGE)
                .withNetwork(network)
                .withCommand("sh", "-c", "echo here I am; exec busybox sleep 1000")
                .waitingFor(Wait.forLogMessage(".*here I am.*", 1).withStartupTimeout(PATIENCE));
    }

    private static String over(final GenericContainer<?> server) throws IOException {
        final URI copied = URI.create("http://" + server.getHost() + ":" + server.getMappedPort(PORT) + "/copied");
        try (InputStream answer = copied.toURL().openStream()) {
            return text(answer);
        }
    }

    private static boolean hasReaper() {
        return DockerClientFactory.instance().client().listContainersCmd().exec().stream()
                .flatMap(container -> Stream.of(container.getNames()))
                .anyMatch(name -> name.startsWith("/testcontainers-ryuk-"));
    }

    private static String text(final InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static void equal(final Object expected, final Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(actual + " instead of " + expected);
        }
    }
}
