package dev.tailrace.tapio.slirp;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks command-line arguments by the rules of GNU `getopt_long`, with its messages.
///
/// Operands and options may be mixed, `--` ends the options, short options may be bundled and carry their argument
/// behind them, long options may be shortened as long as that is unambiguous, and a full name wins over longer ones.
/// Options that slirp4netns lacks must be written in full, so that its own may be shortened as before.
final class GnuOptions {
    /// Answer of [#next] behind the last option.
    static final int END = -1;

    /// Answer of [#next] for something that is no option of ours; [#message] says what.
    static final int ERROR = -2;

    private final String program;
    private final List<Spec> specs;
    private final List<String> args;
    private final List<String> operands = new ArrayList<>();
    private int position;
    private String bundle = "";
    private @Nullable String argument;
    private String message = "";

    /// An option.
    ///
    /// @param name long name without dashes
    /// @param letter short name, or 0 for none
    /// @param takesArgument whether an argument must follow
    /// @param inFull whether the long name must not be shortened
    record Spec(String name, char letter, boolean takesArgument, boolean inFull) {
        Spec(final String name, final char letter, final boolean takesArgument) {
            this(name, letter, takesArgument, false);
        }
    }

    /// @param program what messages begin with
    GnuOptions(final String program, final List<Spec> specs, final List<String> args) {
        this.program = program;
        this.specs = specs;
        this.args = args;
    }

    /// The next option.
    ///
    /// @return its index in the list of specs, [#ERROR] or [#END]
    int next() {
        argument = null;
        if (!bundle.isEmpty()) {
            return nextShort();
        }
        while (position < args.size()) {
            final String arg = args.get(position++);
            if (arg.equals("--")) {
                break;
            }
            if (arg.startsWith("--")) {
                return longOption(arg.substring(2));
            }
            if (arg.length() > 1 && arg.charAt(0) == '-') {
                bundle = arg.substring(1);
                return nextShort();
            }
            operands.add(arg);
        }
        operands.addAll(args.subList(position, args.size()));
        position = args.size();
        return END;
    }

    /// The argument of the option that [#next] answered.
    String argument() {
        if (argument == null) {
            throw new IllegalStateException("this option has no argument");
        }
        return argument;
    }

    /// What is wrong after [#ERROR].
    String message() {
        return message;
    }

    /// What is no option, in order; complete after [#END].
    List<String> operands() {
        return operands;
    }

    private int nextShort() {
        final char letter = bundle.charAt(0);
        bundle = bundle.substring(1);
        for (int i = 0; i < specs.size(); i++) {
            final Spec spec = specs.get(i);
            if (spec.letter() != letter || letter == 0) {
                continue;
            }
            if (!spec.takesArgument()) {
                return i;
            }
            if (!bundle.isEmpty()) {
                argument = bundle;
                bundle = "";
                return i;
            }
            return takeNext(i, "option requires an argument -- '" + letter + "'");
        }
        return error("invalid option -- '" + letter + "'");
    }

    private int longOption(final String text) {
        final int equals = text.indexOf('=');
        final String name = equals < 0 ? text : text.substring(0, equals);
        final int index = find(name, text);
        if (index < 0) {
            return index;
        }
        final Spec spec = specs.get(index);
        if (equals >= 0 && !spec.takesArgument()) {
            return error("option '--" + spec.name() + "' doesn't allow an argument");
        }
        if (equals >= 0) {
            argument = text.substring(equals + 1);
        } else if (spec.takesArgument()) {
            return takeNext(index, "option '--" + spec.name() + "' requires an argument");
        }
        return index;
    }

    private int find(final String name, final String text) {
        int found = END;
        final StringBuilder candidates = new StringBuilder();
        int count = 0;
        for (int i = 0; i < specs.size(); i++) {
            final String candidate = specs.get(i).name();
            if (candidate.equals(name)) {
                return i;
            }
            if (candidate.startsWith(name) && !specs.get(i).inFull()) {
                found = i;
                count++;
                candidates.append(" '--").append(candidate).append('\'');
            }
        }
        return switch (count) {
            case 0 -> error("unrecognized option '--" + text + "'");
            case 1 -> found;
            default -> error("option '--" + text + "' is ambiguous; possibilities:" + candidates);
        };
    }

    private int takeNext(final int index, final String complaint) {
        if (position == args.size()) {
            return error(complaint);
        }
        argument = args.get(position++);
        return index;
    }

    private int error(final String complaint) {
        message = program + ": " + complaint;
        return ERROR;
    }
}
