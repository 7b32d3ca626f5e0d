package dev.tailrace.perf.svg;

/// How wide a text is, from above: by the advances of DejaVu Sans, which is among the widest of the
/// sans-serif fonts that a browser may take.
public final class TextWidth {
    private static final String ELLIPSIS = "…";
    private static final double UNITS = 1000;
    private static final int WIDE = 1000;
    private static final int SIGN = 838;

    /// From the space to the tilde, in thousandths of the font's size.
    private static final int[] REGULAR = {
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636,
        636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656,
        557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613,
        635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818,
        592, 592, 525, 636, 337, 636, 838
    };

    private static final int[] BOLD = {
        348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696, 696, 696, 696,
        696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775,
        637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675,
        716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924,
        645, 652, 582, 712, 365, 712, 838
    };

    private TextWidth() {}

    /// In the units of the picture.
    public static double of(final String text, final TextStyle style) {
        final int[] advances = style.isBold() ? BOLD : REGULAR;
        return text.codePoints().map(point -> advance(point, advances)).sum() * style.size() / UNITS;
    }

    private static int advance(final int point, final int[] advances) {
        if (point >= ' ' && point - ' ' < advances.length) {
            return advances[point - ' '];
        }
        return point == '×' || point == '−' || point == '±' ? SIGN : WIDE;
    }

    /// The text, or as much of its start and its end as is not wider than `width`: names often differ
    /// in the end.
    public static String fit(final String text, final TextStyle style, final double width) {
        if (of(text, style) <= width) {
            return text;
        }
        final int[] points = text.codePoints().toArray();
        for (int kept = points.length - 1; kept > 1; kept--) {
            final int end = kept / 3;
            final String cut = new String(points, 0, kept - end).stripTrailing()
                    + ELLIPSIS
                    + new String(points, points.length - end, end).stripLeading();
            if (of(cut, style) <= width) {
                return cut;
            }
        }
        return ELLIPSIS;
    }
}
