package dev.tailrace.runtime.net;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/// `tailrace net`: looks into the engine's network, or a running slirp4netns of ours.
public final class NetCommand {
    private static final String SOCKET = "--api-socket";
    private static final String SOCKET_VARIABLE = "TAILRACE_API_SOCKET";
    private static final String JSON = "--json";
    private static final String PROMETHEUS = "--prometheus";
    private static final String PID = "--pid";
    private static final String NETWORK = "--network";
    private static final int MAX_PORT = 65_535;

    private static final String HELP = """
            Usage: tailrace net COMMAND [--network NAME|--api-socket PATH] [OPTION]...

              flows [FILTER]... [--json] [--pid PID]   connections and mappings, like ss
              stats [--json|--prometheus]              counters and totals
              metrics                                  the same in the text format of Prometheus
              capture FILE [--filter EXPRESSION] [--duration SECONDS] [--snaplen BYTES] [--max-bytes BYTES]
                                                       write frames to FILE (- for the standard output), until Ctrl-C

            NAME is a network of your engine; without it, it is the default one, bridge. PATH is what slirp4netns was
            started with (-a PATH); TAILRACE_API_SOCKET serves as well.
            FILTER is one of: tcp, udp, icmp, state NAME, host ADDRESS, port NUMBER; all that are given must fit.
            --pid PID says which processes in the network namespace of PID own the sockets, as far as you may know.
            EXPRESSION is such as "tcp and port 80 and not host 10.0.2.100"; also ip, ip6, arp, udp, icmp, icmp6, net
            ADDRESS/LENGTH, src, dst, or, parentheses.
            """;

    private NetCommand() {}

    /// Runs one command.
    ///
    /// @param engine where the engine's networks are looked into
    /// @return the exit status
    public static int run(
            final List<String> args, final EngineNetworks engine, final PrintStream out, final PrintStream err) {
        return run(args, new Sockets(System.getenv(), engine), out, err);
    }

    /// Whom to ask.
    ///
    /// @param network of the engine; empty if it is a slirp4netns
    record Target(String path, Optional<String> network) {}

    /// Finds out whom to ask.
    record Sockets(Map<String, String> environment, EngineNetworks engine) {
        Target of(final Arguments given) throws NetException {
            final String option = given.value(SOCKET);
            final String network = given.value(NETWORK);
            if (network != null) {
                if (option != null) {
                    throw new NetException(NETWORK + " is for networks of the engine, and " + SOCKET
                            + " for a slirp4netns: give one of them");
                }
                final EngineNetworks.Place place = engine.find(network);
                return new Target(place.socket().toString(), Optional.of(place.network()));
            }
            final String path = option == null ? environment.get(SOCKET_VARIABLE) : option;
            return path == null || path.isEmpty()
                    ? new Target(defaultNetwork(), Optional.of(EngineNetworks.DEFAULT))
                    : new Target(path, Optional.empty());
        }

        private String defaultNetwork() throws NetException {
            final Path path = engine.socket()
                    .orElseThrow(() -> new NetException("no API socket given: add --api-socket PATH, where slirp4netns"
                            + " has -a PATH, or set " + SOCKET_VARIABLE));
            if (!Files.exists(path)) {
                throw new NetException("no engine of yours runs (there is no " + path
                        + "): tailrace daemon starts one; or add --api-socket PATH, where slirp4netns has -a PATH");
            }
            return path.toString();
        }
    }

    static int run(final List<String> args, final Sockets sockets, final PrintStream out, final PrintStream err) {
        final String command = args.isEmpty() ? "--help" : args.getFirst();
        final List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
        try {
            switch (command) {
                case "flows" -> flows(rest, sockets, out);
                case "stats" -> stats(rest, sockets, out);
                case "metrics" -> {
                    final Arguments given = parse(rest, Set.of(PROMETHEUS), Set.of(), 0);
                    out.print(text(sockets.of(given).path(), "{\"execute\":\"metrics\"}"));
                }
                case "capture" -> capture(rest, sockets, err);
                case "--help", "-h", "help" -> out.print(HELP);
                default -> throw new NetException("unknown command (see tailrace net --help)");
            }
            out.flush();
            return out.checkError() ? 1 : 0;
        } catch (final NetException | LinuxException e) {
            err.println("tailrace net " + command + ": " + e.getMessage());
            return 1;
        }
    }

    private static void stats(final List<String> args, final Sockets sockets, final PrintStream out)
            throws NetException {
        final Arguments given = parse(args, Set.of(JSON, PROMETHEUS), Set.of(), 0);
        final String path = sockets.of(given).path();
        if (given.has(PROMETHEUS)) {
            out.print(text(path, "{\"execute\":\"metrics\"}"));
            return;
        }
        final String reply = ApiSocket.ask(path, "{\"execute\":\"stats\"}");
        final JsonObject stats = ApiSocket.result(path, reply);
        out.print(given.has(JSON) ? JsonWriter.string(stats) + "\n" : StatsText.text(stats));
    }

    private static void flows(final List<String> args, final Sockets sockets, final PrintStream out)
            throws NetException {
        final Arguments given =
                parse(args, Set.of(JSON, "-t", "-u", "--tcp", "--udp", "--icmp"), Set.of(PID), Integer.MAX_VALUE);
        final Target target = sockets.of(given);
        final JsonObject result = ApiSocket.result(target.path(), ApiSocket.ask(target.path(), flowsRequest(given)));
        target.network().ifPresent(network -> mark(result.getArray("flows"), network));
        final String pid = given.value(PID);
        if (pid != null) {
            Owners.of(Path.of("/proc"), Arguments.number(PID, pid, Integer.MAX_VALUE))
                    .addTo(result.getArray("flows"));
        }
        out.print(
                given.has(JSON)
                        ? JsonWriter.string(result) + "\n"
                        : FlowTable.text(
                                result.getArray("flows"), Terminal.columns(sockets.environment()), pid != null));
    }

    private static void mark(final JsonArray flows, final String network) {
        for (int i = 0; i < flows.size(); i++) {
            flows.getObject(i).put("network", network);
        }
    }

    /// The request for the flows that the words ask for.
    static String flowsRequest(final Arguments given) throws NetException {
        final Set<String> kinds = new HashSet<>();
        for (final String flag : given.flags()) {
            switch (flag) {
                case "-t", "--tcp" -> kinds.add("tcp");
                case "-u", "--udp" -> kinds.add("udp");
                case "--icmp" -> kinds.add("icmp");
                default -> {}
            }
        }
        final JsonObject arguments = new JsonObject();
        final List<String> words = given.words();
        for (int i = 0; i < words.size(); i++) {
            final String word = words.get(i);
            switch (word) {
                case "tcp", "udp", "icmp" -> kinds.add(word);
                case "state" -> arguments.put("state", next(words, ++i, word));
                case "host", "addr" -> arguments.put("addr", next(words, ++i, word));
                case "port" -> arguments.put("port", Arguments.number(word, next(words, ++i, word), MAX_PORT));
                default ->
                    throw new NetException("unexpected \"" + word
                            + "\" (filters: tcp, udp, icmp, state NAME, host ADDRESS, port NUMBER)");
            }
        }
        if (!kinds.isEmpty()) {
            final StringJoiner joined = new StringJoiner(",");
            kinds.stream().sorted().forEach(joined::add);
            arguments.put("proto", joined.toString());
        }
        final JsonObject request = new JsonObject();
        request.put("execute", "flows");
        request.put("arguments", arguments);
        return JsonWriter.string(request);
    }

    private static void capture(final List<String> args, final Sockets sockets, final PrintStream err)
            throws NetException {
        final Arguments given =
                parse(args, Set.of(), Set.of("--filter", "--duration", "--snaplen", "--max-bytes"), Integer.MAX_VALUE);
        if (given.words().size() != 1) {
            throw new NetException("say one FILE to write to, or - for the standard output");
        }
        CaptureCommand.run(sockets.of(given).path(), given, err);
    }

    private static Arguments parse(
            final List<String> args, final Set<String> flags, final Set<String> valued, final int mostWords)
            throws NetException {
        final Set<String> all = new HashSet<>(valued);
        all.add(SOCKET);
        all.add(NETWORK);
        final Arguments given = Arguments.parse(args, flags, all);
        if (given.words().size() > mostWords) {
            throw new NetException("unexpected \"" + given.words().get(mostWords) + "\"");
        }
        return given;
    }

    private static String text(final String path, final String request) throws NetException {
        final String reply = ApiSocket.ask(path, request);
        ApiSocket.refuseError(path, reply);
        return reply;
    }

    private static String next(final List<String> words, final int index, final String before) throws NetException {
        if (index >= words.size()) {
            throw new NetException("\"" + before + "\" needs a value behind it");
        }
        return words.get(index);
    }
}
