package dev.tailrace.perf.svg;

/// Every way in which charts write: what a text's box depends on, apart from the text.
public enum TextStyle {
    /// Beside a row, ends at its x.
    NAME("n", 12, false, Anchor.END),
    NAME_STRONG("ns", 12, true, Anchor.END),
    /// Behind a bar or a line, starts at its x.
    VALUE("v", 12, false, Anchor.START),
    VALUE_STRONG("vs", 12, true, Anchor.START),
    /// At an axis from left to right.
    TICK("t", 11, false, Anchor.MIDDLE),
    /// At an axis from bottom to top.
    TICK_LEFT("tl", 11, false, Anchor.END),
    /// Below or beside something, in small letters.
    NOTE("c", 11, false, Anchor.START),
    /// Above a group.
    HEADING("h", 12, true, Anchor.START),
    /// Above a whole picture.
    TITLE("hh", 17, true, Anchor.START);

    /// Which part of the text its x is.
    public enum Anchor {
        START,
        MIDDLE,
        END
    }

    private static final double ASCENT = 0.78;
    private static final double DESCENT = 0.22;
    private static final double MIDDLE = 0.35;

    private final String styleClass;
    private final double size;
    private final boolean bold;
    private final Anchor anchor;

    TextStyle(final String styleClass, final double size, final boolean bold, final Anchor anchor) {
        this.styleClass = styleClass;
        this.size = size;
        this.bold = bold;
        this.anchor = anchor;
    }

    String styleClass() {
        return styleClass;
    }

    double size() {
        return size;
    }

    boolean isBold() {
        return bold;
    }

    /// Where the baseline is when the letters shall stand around `middle`.
    double baseline(final double middle) {
        return middle + MIDDLE * size;
    }

    /// The box of a text that is at `x` with its baseline at `y`.
    Box box(final String text, final double x, final double y) {
        final double width = TextWidth.of(text, this);
        final double left = switch (anchor) {
            case START -> x;
            case MIDDLE -> x - width / 2;
            case END -> x - width;
        };
        return new Box(left, y - ASCENT * size, left + width, y + DESCENT * size);
    }

    String css() {
        final String alignment = switch (anchor) {
            case START -> "";
            case MIDDLE -> ";text-anchor:middle";
            case END -> ";text-anchor:end";
        };
        return ".%s{font-size:%spx%s%s}"
                .formatted(styleClass, Xml.number(size), bold ? ";font-weight:700" : "", alignment);
    }
}
