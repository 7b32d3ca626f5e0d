package dev.tailrace.tapio.capture;

/// Decides which frames a capture takes. Made once from an expression:
///
/// ```
/// expression  = term { "or" term }
/// term        = factor { [ "and" ] factor }
/// factor      = [ "not" ] ( "(" expression ")" | primitive )
/// primitive   = "ip" | "ip6" | "arp" | "tcp" | "udp" | "icmp" | "icmp6"
///             | [ "src" | "dst" ] ( "host" ADDRESS | "net" ADDRESS "/" LENGTH | "port" NUMBER )
/// ```
///
/// `&&`, `||` and `!` stand for the words too. The empty expression takes all frames.
public final class CaptureFilter {
    /// Takes every frame.
    public static final CaptureFilter ALL = new CaptureFilter("", fields -> true);

    private final String expression;
    private final FrameTest test;

    CaptureFilter(final String expression, final FrameTest test) {
        this.expression = expression;
        this.test = test;
    }

    /// Reads an expression.
    ///
    /// @throws FilterException when it is none, with the column
    public static CaptureFilter parse(final String expression) throws FilterException {
        return expression.isBlank() ? ALL : new CaptureFilter(expression, new FilterParser(expression).parse());
    }

    /// Whether a frame is taken.
    boolean matches(final FrameFields fields) {
        return test.test(fields);
    }

    /// The expression, empty for all frames.
    @Override
    public String toString() {
        return expression;
    }

    /// A part of a filter.
    @FunctionalInterface
    interface FrameTest {
        boolean test(FrameFields fields);
    }
}
