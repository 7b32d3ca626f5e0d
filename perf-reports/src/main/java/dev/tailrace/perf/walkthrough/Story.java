package dev.tailrace.perf.walkthrough;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.PosixProcess;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.result.Walkthrough;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Types the commands of 2019 at a terminal, shows what comes, and keeps it.
final class Story {
    /// What iperf3 says of the receiver: `[  5]   0.00-2.04   sec  4.9 GBytes  20.6 Gbits/sec
    /// receiver`.
    private static final Pattern RECEIVED = Pattern.compile("(?m)^.* ([0-9.]+) ([GMK]?)bits/sec +receiver");

    private static final double KILO = 1e-6;
    private static final double MEGA = 1e-3;
    private static final String SERVER = "iperf3-server";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /// How long something waited for is left alone between two looks.
    private static final String PAUSE_SECONDS = "0.05";

    private final RootlessHost host;
    private final PrintStream out;
    private final int seconds;
    private final List<Walkthrough.Step> steps = new ArrayList<>();
    private final List<Walkthrough.Bandwidth> bandwidths = new ArrayList<>();

    /// @param seconds that a transfer lasts
    Story(final RootlessHost host, final PrintStream out, final int seconds) {
        this.host = host;
        this.out = out;
        this.seconds = seconds;
    }

    /// All of it.
    Walkthrough tell() {
        try (EngineRun engine = new EngineRun(host, "overlay")) {
            show("tailrace daemon --storage-driver overlay &", engine.greeting());
            type("docker version", Story::versions);
            pack();
            serve();
            measure("overlay");
        }
        try (EngineRun engine = new EngineRun(host, "vfs")) {
            show("tailrace daemon --storage-driver vfs &", engine.greeting());
            pack();
            measure("vfs");
        }
        return new Walkthrough(steps, bandwidths);
    }

    private void pack() {
        type("tailrace image pack nginx nginx", Story::lastLine);
        type("tailrace image pack networkstatic/iperf3 iperf3", Story::lastLine);
    }

    private void serve() {
        type("docker run -d -p 8080:80 nginx", Story::lastLine);
        await("the web server", "curl -sS http://localhost:8080");
        type("curl -sS http://localhost:8080", page -> lines(page, "<h1>"));
        final String url = "http://" + RootlessHost.ADDRESS + ":8080/from-another-host";
        host.onOther("curl", "-sS", url);
        host.onOther("curl", "-sS", "-g", "http://[" + RootlessHost.ADDRESS6 + "]:8080/from-another-host");
        show("curl -sS " + url + "     # on " + RootlessHost.OTHER + ", and over IPv6 on " + RootlessHost.OTHER6, "");
        type("docker logs $(docker ps -q)", log -> lines(log, "\"GET /"));
        silently("docker rm -f $(docker ps -q)");
    }

    private void measure(final String driver) {
        final String start = "docker run -it --rm --name=" + SERVER + " -p 5201:5201 networkstatic/iperf3 -s";
        show(start, "");
        final PosixProcess server = host.start(atTerminal(start));
        try {
            await("the iperf3 server", "docker logs " + SERVER + " | grep -q listening");
            final String inspect = "docker inspect --format \"{{ .NetworkSettings.IPAddress }}\" " + SERVER;
            final String address = type("SERVER_IP=$(" + inspect + "); echo $SERVER_IP", Story::lastLine);
            transfer(Walkthrough.Path.CONTAINER, driver, address);
            transfer(Walkthrough.Path.PUBLISHED, driver, RootlessHost.ADDRESS);
            silently("docker stop -t 1 " + SERVER);
        } finally {
            server.destroy();
        }
        final PosixProcess onHost = host.start("iperf3", "-s", "-p", "5202");
        try {
            await("iperf3 on the host", "ss -Hltn | grep -q :5202");
            transfer(Walkthrough.Path.HOST, driver, RootlessHost.ADDRESS + " -p 5202");
        } finally {
            onHost.destroy();
        }
    }

    private void transfer(final Walkthrough.Path path, final String driver, final String target) {
        final String answer = type(
                "docker run -it --rm networkstatic/iperf3 -c " + target + " -t " + seconds,
                said -> lines(said, "receiver"));
        bandwidths.add(new Walkthrough.Bandwidth(path, driver, gigabits(answer)));
    }

    /// What iperf3's line says of the receiver, in Gbit/s.
    static double gigabits(final String text) {
        final Matcher matcher = RECEIVED.matcher(text);
        if (!matcher.find()) {
            throw new LabException("iperf3 told no bandwidth: " + Programs.quote(text));
        }
        final double value = Double.parseDouble(matcher.group(1));
        return switch (matcher.group(2)) {
            case "G" -> value;
            case "M" -> value * MEGA;
            case "K" -> value * KILO;
            default -> value * KILO * MEGA;
        };
    }

    /// Types a line at a terminal; it must succeed.
    ///
    /// @param worth what of the answer to show
    /// @return what is shown
    private String type(final String line, final Function<String, String> worth) {
        final Programs.Ending ending = host.end(atTerminal(line));
        final String text = ending.text().replace("\r", "");
        if (ending.status() != 0) {
            throw new LabException("%s: exit status %d: %s".formatted(line, ending.status(), Programs.quote(text)));
        }
        final String answer = worth.apply(text);
        show(line, answer);
        return answer;
    }

    private void silently(final String line) {
        final Programs.Ending ending = host.end("sh", "-c", line);
        if (ending.status() != 0) {
            throw new LabException(line + ": " + Programs.quote(ending.text()));
        }
    }

    private void show(final String line, final String answer) {
        steps.add(new Walkthrough.Step(line, answer));
        out.println("  $ " + line);
        answer.lines().forEach(each -> out.println("    " + each));
        out.flush();
    }

    /// Waits until a shell's line succeeds.
    private void await(final String what, final String line) {
        final long tries = PATIENCE.toMillis() / 50;
        final String loop = "i=0; until " + line + " >/dev/null 2>&1; do i=$((i + 1)); [ $i -lt " + tries
                + " ] || exit 1; sleep " + PAUSE_SECONDS + "; done";
        if (host.end("sh", "-c", loop).status() != 0) {
            throw new LabException(what + " is not there after " + PATIENCE.toSeconds() + " s");
        }
    }

    private static String[] atTerminal(final String line) {
        return new String[] {"script", "--quiet", "--return", "--command", line, "/dev/null"};
    }

    private static String lastLine(final String text) {
        return text.lines().reduce("", (before, line) -> line.isBlank() ? before : line);
    }

    private static String lines(final String text, final String mark) {
        return text.lines().filter(line -> line.contains(mark)).collect(Collectors.joining("\n"));
    }

    /// The names of the parts with their versions.
    private static String versions(final String text) {
        final List<String> parts = new ArrayList<>();
        String part = "";
        for (final String line : text.lines().map(String::strip).toList()) {
            if (line.startsWith("Version:")) {
                parts.add(part + " " + line.substring("Version:".length()).strip());
            } else if (line.contains(":")) {
                part = line.substring(0, line.indexOf(':'));
            }
        }
        return String.join(", ", parts);
    }
}
