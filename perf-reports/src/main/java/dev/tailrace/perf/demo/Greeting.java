package dev.tailrace.perf.demo;

import dev.tailrace.perf.backend.Backend;
import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.backend.SlirpBackend;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.server.StandInInternet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The guest finds a name, an echo and a page in the stand-in for the internet, with the programs that everybody has.
final class Greeting {
    private static final String NAME = "hello.example";
    private static final int MTU = 1500;
    private static final Pattern ROUND_TRIP = Pattern.compile("time=([0-9.]+ ms)");
    private static final Pattern ADDRESS = Pattern.compile("inet ([0-9./]+)");

    private Greeting() {}

    /// @return step to answer, in order
    static Map<String, String> exchange(final Lab lab, final Backend backend) {
        final Process internet = Programs.start(new ProcessBuilder(lab.internet()
                        .command(OwnJvm.command(StandInInternet.class, Lab.WEB_ADDRESS, Lab.NAMES_ADDRESS, NAME)))
                .redirectErrorStream(true));
        Namespace.awaitLine(internet, "ready", "starting the servers of the stand-in internet");
        try (Link link = backend.start(lab, MTU)) {
            final Namespace guest = link.guest().orElseThrow();
            final Map<String, String> answers = new LinkedHashMap<>();
            answers.put(
                    "namespace",
                    "made and connected by user %s without privileges; %s was ready in %.0f ms"
                            .formatted(
                                    Lab.outerUser(),
                                    backend.id(),
                                    link.readyMs().orElse(0)));
            answers.put("address", find(ADDRESS, guest.run("ip", "-4", "address", "show", "tap0")));
            answers.put("ping " + Lab.WEB_ADDRESS, find(ROUND_TRIP, guest.run("ping", "-c1", "-W2", Lab.WEB_ADDRESS)));
            answers.put(
                    "dig @" + SlirpBackend.NAME_SERVER + " " + NAME,
                    guest.run("dig", "+short", "+tries=1", "+time=2", "@" + SlirpBackend.NAME_SERVER, NAME));
            answers.put(
                    "curl http://" + NAME + "/",
                    guest.run("curl", "--silent", "--show-error", "--max-time", "5", "http://" + NAME + "/"));
            return answers;
        } finally {
            internet.destroyForcibly();
        }
    }

    private static String find(final Pattern pattern, final String text) {
        final Matcher matcher = pattern.matcher(text);
        return Optional.of(matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .orElseThrow(() -> new LabException("no '%s' in: %s".formatted(pattern, text)));
    }
}
