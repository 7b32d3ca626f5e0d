package dev.tailrace.runtime.engine;

import java.util.Locale;
import java.util.Map;

/// Signals by name, as asm-generic/signal.h numbers them for both of our machines.
final class Signal {
    static final int KILL = 9;
    static final int TERM = 15;

    private static final int MAXIMUM = 64;
    private static final int REAL_TIME_FIRST = 34;
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ILL", 4),
            Map.entry("TRAP", 5),
            Map.entry("ABRT", 6),
            Map.entry("IOT", 6),
            Map.entry("BUS", 7),
            Map.entry("FPE", 8),
            Map.entry("KILL", KILL),
            Map.entry("USR1", 10),
            Map.entry("SEGV", 11),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", TERM),
            Map.entry("STKFLT", 16),
            Map.entry("CHLD", 17),
            Map.entry("CLD", 17),
            Map.entry("CONT", 18),
            Map.entry("STOP", 19),
            Map.entry("TSTP", 20),
            Map.entry("TTIN", 21),
            Map.entry("TTOU", 22),
            Map.entry("URG", 23),
            Map.entry("XCPU", 24),
            Map.entry("XFSZ", 25),
            Map.entry("VTALRM", 26),
            Map.entry("PROF", 27),
            Map.entry("WINCH", 28),
            Map.entry("IO", 29),
            Map.entry("POLL", 29),
            Map.entry("PWR", 30),
            Map.entry("SYS", 31));

    private Signal() {}

    /// @param text a number, or a name with `SIG` or without, also `RTMIN+3` and `RTMAX-1`
    /// @throws EngineException there is no such signal
    static int parse(final String text) {
        final String upper = text.strip().toUpperCase(Locale.ROOT);
        final String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
        final Integer known = NUMBERS.get(name);
        if (known != null) {
            return known;
        }
        final int number = realTime(name);
        if (number < 1 || number > MAXIMUM) {
            throw EngineException.invalid("invalid signal: " + text);
        }
        return number;
    }

    private static int realTime(final String name) {
        if (name.startsWith("RTMIN")) {
            return REAL_TIME_FIRST + offset(name.substring(5), '+');
        }
        if (name.startsWith("RTMAX")) {
            return MAXIMUM - offset(name.substring(5), '-');
        }
        return number(name);
    }

    private static int offset(final String text, final char sign) {
        if (text.isEmpty()) {
            return 0;
        }
        final int value = text.charAt(0) == sign ? number(text.substring(1)) : -1;
        return value < 0 || value > MAXIMUM - REAL_TIME_FIRST ? MAXIMUM + 1 : value;
    }

    private static int number(final String digits) {
        return digits.matches("[0-9]{1,2}") ? Integer.parseInt(digits) : -1;
    }
}
