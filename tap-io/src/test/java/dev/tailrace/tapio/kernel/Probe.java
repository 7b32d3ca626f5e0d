package dev.tailrace.tapio.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Sockets at the command of a test, run in a namespace of its own.
///
/// Standard input carries one command a line: a number, a verb and its arguments. Each is done in its own thread and
/// answered by a line: the number, `ok` or `failed`, and a text. The program ends with its input.
final class Probe {
    private final TcpProbe tcp = new TcpProbe();
    private final UdpProbe udp = new UdpProbe();
    private final LoadProbe load = new LoadProbe();
    private final FloodProbe flood = new FloodProbe();
    private final SlowProbe slow = new SlowProbe();
    private final PrintStream out;

    private Probe(final PrintStream out) {
        this.out = out;
    }

    /// Obeys until the input ends.
    public static void main(final String[] args) throws IOException {
        final Probe probe = new Probe(new PrintStream(System.out, true, StandardCharsets.UTF_8));
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        probe.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            final List<String> words = Arrays.asList(line.split(" "));
            Thread.ofPlatform().daemon().start(() -> probe.obey(words));
        }
        System.exit(0);
    }

    private String obey(final String verb, final List<String> arguments) throws Exception {
        return switch (verb.substring(0, verb.indexOf('-') + 1)) {
            case "load-" -> load.obey(verb, arguments);
            case "flood-" -> flood.obey(verb, arguments);
            case "slow-" -> slow.obey(verb, arguments);
            case "udp-" -> udp.obey(verb, arguments);
            default -> tcp.obey(verb, arguments);
        };
    }

    private void obey(final List<String> words) {
        String answer;
        try {
            final List<String> arguments = words.subList(2, words.size());
            final String verb = words.get(1);
            answer = " ok " + obey(verb, arguments);
        } catch (final IOException e) {
            answer = " failed " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
        } catch (final Exception e) {
            answer = " failed " + e;
        }
        out.println(words.getFirst() + answer.replace('\n', ' ').stripTrailing());
    }
}
