package dev.tailrace.perf.walkthrough;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.report.WalkthroughReport;
import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.Walkthrough;
import dev.tailrace.perf.result.WalkthroughJson;
import dev.tailrace.perf.store.ResultStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The walkthrough: started by `./tailrace demo`, as root of namespaces in which the account is,
/// too.
public final class WalkthroughMain {
    private static final int FAILED = 1;
    private static final int USAGE_ERROR = 2;
    private static final int SECONDS = 3;
    private static final String CUBIC = "cubic";

    private WalkthroughMain() {}

    /// @param arguments the product's directory, the file for the result, and user and group id of
    /// the account
    public static void main(final String[] arguments) {
        if (arguments.length != 4) {
            System.err.println("tailrace demo: usage: IMAGE RESULT UID GID (./tailrace demo gives them)");
            System.exit(USAGE_ERROR);
        }
        try {
            final Path result = Path.of(arguments[1]);
            run(Path.of(arguments[0]), result, arguments[2], arguments[3]);
            Programs.run("chown", arguments[2] + ":" + arguments[3], result.toString());
            System.exit(0);
        } catch (LabException | ResultException failure) {
            System.err.println("tailrace demo: " + failure.getMessage());
            System.exit(FAILED);
        }
    }

    private static void run(final Path image, final Path result, final String userId, final String groupId) {
        System.out.println("What the first rootless Docker showed in 2019, by an ordinary user (uid " + userId + "):");
        try (RootlessHost host = new RootlessHost(image, userId, groupId, congestion())) {
            final Walkthrough walkthrough = new Story(host, System.out, SECONDS).tell();
            ResultStore.write(result, WalkthroughJson.write(walkthrough));
            System.out.println();
            System.out.print(WalkthroughReport.text(walkthrough));
            System.out.println();
        }
    }

    /// As the second part of the demo has it.
    private static Optional<String> congestion() {
        final Path allowed = Path.of("/proc/sys/net/ipv4/tcp_allowed_congestion_control");
        return Files.isReadable(allowed)
                        && Programs.run("cat", allowed.toString()).contains(CUBIC)
                ? Optional.of(CUBIC)
                : Optional.empty();
    }
}
