package dev.tailrace.perf.svg;

/// What a mark is, which decides its colour. The colours are in `chart.css`.
public enum Tone {
    OURS("o"),
    BASELINE("b"),
    PEER("p"),
    RULER("r"),
    /// Neither good nor bad, but to be read.
    INK("i"),
    /// To be read by who looks for it.
    SOFT("s"),
    BAD("x");

    private final String styleClass;

    Tone(final String styleClass) {
        this.styleClass = styleClass;
    }

    String styleClass() {
        return styleClass;
    }

    /// Whether it is the subject, which is written in strong letters.
    boolean isStrong() {
        return this == OURS;
    }
}
