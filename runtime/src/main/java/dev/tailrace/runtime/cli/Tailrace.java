package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.check.CheckCommand;
import dev.tailrace.runtime.net.NetCommand;
import dev.tailrace.tapio.slirp.Usage;
import java.io.PrintStream;
import java.util.List;

/// The program `tailrace`.
public final class Tailrace {
    private static final String HELP = """
            Usage: tailrace COMMAND

              version  print the version
              check    say what this machine lacks for rootless networking, and the command that fixes it
              net      show flows, counters and frames of a running slirp4netns; tailrace net --help says how
              bench    measure beside other programs; tailrace bench --help says how
            """;

    private Tailrace() {}

    /// Runs one command.
    public static void main(final String[] args) {
        final int status = run(List.of(args), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    /// The exit status of a command line.
    static int run(final List<String> args, final PrintStream out, final PrintStream err) {
        final String command = args.isEmpty() ? "help" : args.getFirst();
        if (command.equals("net")) {
            return NetCommand.run(args.subList(1, args.size()), out, err);
        }
        if (args.size() > 1) {
            err.println("tailrace " + command + ": unexpected argument \"" + args.get(1) + "\"");
            return 1;
        }
        return switch (command) {
            case "version", "--version", "-v" -> print(out, "tailrace " + Usage.productVersion() + "\n");
            case "help", "--help", "-h" -> print(out, HELP);
            case "check" -> CheckCommand.run(out, err);
            default -> {
                err.println("tailrace: unknown command \"" + command + "\" (see tailrace --help)");
                yield 1;
            }
        };
    }

    private static int print(final PrintStream out, final String text) {
        out.print(text);
        out.flush();
        return out.checkError() ? 1 : 0;
    }
}
