package dev.tailrace.runtime.fake;

import dev.tailrace.runtime.api.ApiServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Serves the API over fakes until its standard input ends, for trying clients by hand:
/// `java -cp ... dev.tailrace.runtime.fake.FakeDaemon /tmp/fake.sock`, then `docker -H unix:///tmp/fake.sock ...`.
public final class FakeDaemon {
    private FakeDaemon() {}

    /// @param args the socket
    public static void main(final String[] args) throws IOException {
        final Path directory = Files.createTempDirectory("tailrace-fake-");
        try (FakeEngine fake = new FakeEngine(directory);
                ApiServer server = new ApiServer(fake.engine, Path.of(args[0]))) {
            System.out.println("listening on " + server.socket());
            while (System.in.read() >= 0) {
                // Until the end of the input.
            }
        }
    }
}
