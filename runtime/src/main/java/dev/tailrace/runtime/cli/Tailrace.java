package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.check.CheckCommand;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.ApiException;
import dev.tailrace.runtime.client.NoEngineException;
import dev.tailrace.runtime.client.Reply;
import dev.tailrace.runtime.daemon.DaemonException;
import dev.tailrace.runtime.image.PackCommand;
import dev.tailrace.runtime.net.NetCommand;
import dev.tailrace.tapio.linux.OwnProcess;
import dev.tailrace.tapio.slirp.Usage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/// The program `tailrace`.
public final class Tailrace {
    private static final String HELP = """
            Usage: tailrace [-H SOCKET] COMMAND

              version  print the version, and that of the engine
              check    say what this machine lacks for rootless containers, and the commands that fix it
              daemon   run the engine; tailrace daemon --help says how
              reset    remove all that the engine keeps; refuses while it runs
              unshare  a shell, or a program, as root of the containers' users
              install-unit  write a unit by which systemd runs the engine
              image    pack programs of this machine as an image; tailrace image pack NAME PROGRAM...
              net      show flows, counters and frames of the engine, or of a slirp4netns; tailrace net --help says how
              bench    measure beside other programs; tailrace bench --help says how

            As docker has them, and starting an engine if there is none; each has --help:

            """;

    private Tailrace() {}

    /// Runs one command.
    public static void main(final String[] args) {
        final int status = run(List.of(args), System.in, System.out, System.err, System.getenv());
        System.out.flush();
        System.err.flush();
        // Threads that wait for input or signals are left, which System.exit would wait for.
        OwnProcess.exitNow(status);
    }

    /// The exit status of a command line.
    static int run(
            final List<String> args,
            final InputStream in,
            final PrintStream out,
            final PrintStream err,
            final Map<String, String> environment) {
        if (!args.isEmpty() && args.getFirst().matches("-H|--host")) {
            if (args.size() == 1) {
                err.println("tailrace: " + args.getFirst()
                        + " needs a socket, such as unix:///run/user/1000/tailrace.sock");
                return 1;
            }
            return run(args.subList(2, args.size()), args.get(1), new Console(in, out, err, environment));
        }
        return run(args, environment.getOrDefault("TAILRACE_HOST", ""), new Console(in, out, err, environment));
    }

    private static int run(final List<String> args, final String host, final Console console) {
        final String command = args.isEmpty() ? "help" : args.getFirst();
        final List<String> rest = args.isEmpty() ? args : args.subList(1, args.size());
        if (command.equals("net")) {
            return NetCommand.run(rest, new NetworkPlaces(new OnDemand(console, host)), console.out(), console.err());
        }
        if (command.equals("logs") && rest.contains(DaemonLogCommand.OPTION)) {
            return DaemonLogCommand.run(rest, console);
        }
        if (command.equals("install-unit")) {
            return InstallUnitCommand.run(rest, console);
        }
        if (command.equals("image")) {
            return pack(rest, host, console);
        }
        if (EngineProgram.isVerb(command)) {
            return new EngineProgram(console, new OnDemand(console, host)::engine).run(command, rest);
        }
        if (!rest.isEmpty()) {
            console.err().println("tailrace " + command + ": unexpected argument \"" + rest.getFirst() + "\"");
            return 1;
        }
        return switch (command) {
            case "version", "--version", "-v" -> {
                console.out().println("tailrace " + Usage.productVersion());
                yield command.equals("version") ? showEngine(new OnDemand(console, host), console) : 0;
            }
            case "help", "--help", "-h" -> {
                console.out().print(HELP + EngineProgram.list());
                yield 0;
            }
            case "check" -> CheckCommand.run(console.out(), console.err());
            default -> {
                console.err().println("tailrace: unknown command \"" + command + "\" (see tailrace --help)");
                yield 1;
            }
        };
    }

    /// The one verb of its kind that docker does not have.
    private static int pack(final List<String> words, final String host, final Console console) {
        if (words.isEmpty() || !words.getFirst().equals("pack")) {
            console.err().println("tailrace image: there is \"tailrace image pack NAME PROGRAM...\" only");
            return 1;
        }
        try {
            return new PackCommand((archive, loaded) ->
                            LoadCommand.load(new OnDemand(console, host).engine(), archive, loaded))
                    .run(words.subList(1, words.size()), console.out(), console.err());
        } catch (final ApiException | CommandException | DaemonException | NoEngineException | UncheckedIOException e) {
            console.err().println("tailrace image pack: " + e.getMessage());
            return 1;
        }
    }

    /// The parts of an engine, if one answers.
    private static int showEngine(final OnDemand onDemand, final Console console) {
        try {
            final ApiClient engine = onDemand.there();
            try (Reply reply = engine.get("/version")) {
                for (final JsonObject part : Json.objects(Json.array(reply.object(), "Components"))) {
                    console.out().println("  " + Json.text(part, "Name") + " " + Json.text(part, "Version"));
                }
            }
            return 0;
        } catch (final NoEngineException | DaemonException e) {
            return 0; // none to be shown
        } catch (final IOException e) {
            console.err().println("tailrace version: " + e.getMessage());
            return 1;
        }
    }
}
