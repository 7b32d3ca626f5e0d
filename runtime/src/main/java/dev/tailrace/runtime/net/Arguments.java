package dev.tailrace.runtime.net;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The command line of `tailrace net`: options with and without values, and words.
///
/// @param flags options without a value that were given
/// @param values options with their value, also written `--name=value`
/// @param words everything else, in order
record Arguments(Set<String> flags, Map<String, String> values, List<String> words) {
    /// @throws NetException for an option that is in neither set, or lacks its value
    static Arguments parse(final List<String> args, final Set<String> flags, final Set<String> valued)
            throws NetException {
        final List<String> given = new ArrayList<>();
        final Map<String, String> values = new HashMap<>();
        final List<String> words = new ArrayList<>();
        for (int i = 0; i < args.size(); i++) {
            final String arg = args.get(i);
            final int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
            final String name = equals < 0 ? arg : arg.substring(0, equals);
            if (valued.contains(name)) {
                if (equals < 0 && i + 1 == args.size()) {
                    throw new NetException("option " + name + " needs a value");
                }
                values.put(name, equals < 0 ? args.get(++i) : arg.substring(equals + 1));
            } else if (flags.contains(arg)) {
                given.add(arg);
            } else if (arg.startsWith("-") && arg.length() > 1) {
                throw new NetException("unknown option \"" + arg + "\"");
            } else {
                words.add(arg);
            }
        }
        return new Arguments(Set.copyOf(given), values, words);
    }

    boolean has(final String flag) {
        return flags.contains(flag);
    }

    @Nullable
    String value(final String name) {
        return values.get(name);
    }

    /// A whole number from 1 up, or `absent`.
    long number(final String name, final long absent) throws NetException {
        final String text = values.get(name);
        return text == null ? absent : number(name, text, Long.MAX_VALUE);
    }

    static long number(final String name, final String text, final long most) throws NetException {
        try {
            final long value = Long.parseLong(text);
            if (value >= 1 && value <= most) {
                return value;
            }
        } catch (final NumberFormatException e) {
            throw new NetException(name + " has to be a whole number from 1 up, not \"" + text + "\"");
        }
        throw new NetException(name + " has to be a whole number from 1 up, not \"" + text + "\"");
    }
}
